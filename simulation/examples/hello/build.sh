#!/bin/sh
# Builds out/hello.tar: the compiled service, its hooks, and ballast so that there is something to swarm.
set -eu
version=$(cat VERSION)
echo "building hello $version"
rm -rf out
mkdir -p out/stage/classes
"${JAVA_HOME:+$JAVA_HOME/bin/}javac" --release 17 -d out/stage/classes src/HelloServer.java
cp -r bin VERSION out/stage/
mib=${BALLAST_MIB:-64}
if [ "$mib" -gt 0 ]; then
    echo "generating $mib MiB of ballast"
    head -c "${mib}M" /dev/urandom > out/stage/ballast.bin
fi
tar -C out/stage -cf out/hello.tar .
ls -l out/hello.tar
