# Machines, in their region's datacenter; region agents, in the global one. "list" is "read" and the watch of a prefix.
key_prefix "shoal/apps/" {
  policy = "list"
}
