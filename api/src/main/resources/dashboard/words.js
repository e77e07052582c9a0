// Values as people read them.

export function size(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit]}`;
}

export function span(milliseconds) {
  if (milliseconds < 0) {
    return "0s";
  }
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 1) {
    return `${Math.round(milliseconds)} ms`;
  } else if (seconds < 60) {
    return `${seconds}s`;
  } else if (seconds < 3600) {
    return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  } else if (seconds < 86400) {
    return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m`;
  }
  return `${Math.floor(seconds / 86400)}d ${Math.floor((seconds % 86400) / 3600)}h`;
}

/** How long ago by the server's clock; whole seconds, so that nothing trembles. */
export function ago(then, now) {
  const seconds = Math.max(0, Math.floor((Date.parse(now) - Date.parse(then)) / 1000));
  return seconds < 3 ? "just now" : `${span(seconds * 1000)} ago`;
}

export function between(start, end) {
  return start === undefined ? "" : span(Math.max(1000, Date.parse(end) - Date.parse(start)));
}

export function source(source) {
  switch (source.type) {
    case "git":
      return `${source.url} @ ${source.ref}`;
    case "directory":
      return source.path;
    case "tarball":
      return `tarball ${source.sha256.slice(0, 12)}…`;
    default:
      return source.type;
  }
}
