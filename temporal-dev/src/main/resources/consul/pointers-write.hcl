# Region agents, in their region's datacenter; release hosts, in the global one.
key_prefix "shoal/apps/" {
  policy = "write"
}
