// From the API's records to rows. No view keeps anything.

import {chip, empty, make, row} from "./elements.js";
import {ago, between, size, source, span} from "./words.js";

const JOB_KIND = {queued: "wait", running: "busy", success: "good", failed: "bad", stopped: ""};
const BUILD_KIND = {REPLICATED: "good", REPLICATING: "busy", FAILED: "bad"};
const REPLICA_KIND = {COMPLETE: "good", IN_PROGRESS: "busy", PENDING: "wait", FAILED: "bad"};
const RELEASE_KIND = {pending: "wait", rolling: "busy", success: "good", incomplete: "bad", failed: "bad", superseded: ""};
const MACHINE_KIND = {HEALTHY: "good", FAILED: "bad", SEEN: "wait", STAGED: "wait"};

/** The numbers in the head. */
export function numbers(overview) {
  const live = overview.regions.reduce((sum, region) => sum + region.live, 0);
  const silent = overview.regions.reduce((sum, region) => sum + region.silent, 0);
  const number = (name, value) => {
    const div = make("div", {}, make("dt", {}, name), make("dd", {}, String(value)));
    div.dataset.key = name;
    return div;
  };
  return [
    number("queued", overview.queue.queued),
    number("oldest waits", overview.queue.queued === 0 ? "–" : span(Math.max(1000, overview.queue.oldest_queued_ms))),
    number("running", overview.queue.running),
    number("machines live", live.toLocaleString("en")),
    number("silent", silent.toLocaleString("en")),
  ];
}

/** Queued and running jobs first, then the newest. */
export function jobs(overview, openLog) {
  const all = new Map([...overview.running, ...overview.recent].map((job) => [job.id, job]));
  const rank = {running: 0, queued: 1};
  const sorted = [...all.values()].sort((a, b) =>
    (rank[a.status] ?? 2) - (rank[b.status] ?? 2) || b.id - a.id);
  if (sorted.length === 0) {
    return [empty(10, "No job yet. ./shoal build submit --help")];
  }
  return sorted.map((job) => {
    const end = job.finished_at ?? overview.at;
    return row(`job-${job.id}`, job.status,
      runLink(overview, job.workflow_id, `${job.id}`),
      job.job_name,
      [chip(job.status, JOB_KIND[job.status] ?? ""), job.cancel_requested && job.status === "running" ? chip("stopping", "wait") : null],
      job.status === "running" ? job.stage : "",
      make("td", {className: "wrap"},
        make("span", {className: "clip", title: source(job.source)}, source(job.source)),
        job.reason === undefined ? null : make("span", {className: "why"}, job.reason)),
      ago(job.created_at, overview.at),
      between(job.started_at, end),
      [job.host_id ?? "", job.attempt > 1 ? make("span", {className: "quiet"}, ` attempt ${job.attempt}`) : null,
        job.retry_of === undefined ? null : make("span", {className: "quiet"}, ` retry of ${job.retry_of}`),
        job.policy === "all" ? null : make("span", {className: "quiet"}, ` ${job.policy}`)],
      job.build_name ?? "",
      job.attempt > 0 ? make("button", {type: "button", onclick: () => openLog(job)}, "Log") : "");
  });
}

/** Builds with a chip a region. */
export function builds(overview) {
  if (overview.builds.length === 0) {
    return [empty(5, "No build yet.")];
  }
  return overview.builds.map((build) => row(`build-${build.build_name}`, build.status === "FAILED" ? "failed" : "",
    make("td", {title: `sha256 ${build.artifact.digest}`}, build.build_name),
    chip(build.status.toLowerCase(), BUILD_KIND[build.status] ?? ""),
    size(build.artifact.size),
    ago(build.created_at, overview.at),
    make("td", {className: "wrap"},
      ...build.replicas.map((replica) => chip(replicaText(replica, build), REPLICA_KIND[replica.status] ?? "", evidence(replica))),
      ...build.replicas.filter((replica) => replica.status !== "COMPLETE").map((replica) =>
        make("span", {className: "why"}, lag(replica, build, overview.at))))));
}

function replicaText(replica, build) {
  return replica.status === "IN_PROGRESS"
    ? `${replica.region} ${Math.floor(100 * replica.bytes / build.artifact.size)}%`
    : `${replica.region} ${replica.status.toLowerCase()}`;
}

/** A region that lacks the build says since when, and why. */
function lag(replica, build, now) {
  const why = replica.reason === undefined ? "" : `: ${replica.reason}`;
  return `${replica.region} lags for ${span(Date.parse(now) - Date.parse(build.created_at))}, `
    + `${replica.status.toLowerCase().replace("_", " ")} since ${ago(replica.since, now)}${why}`;
}

function evidence(replica) {
  const seen = replica.evidence;
  if (seen === undefined) {
    return replica.reason ?? replica.status;
  }
  const ranges = seen.checked_ranges.map((range) => `${range.offset}+${range.length}`).join(", ");
  return [`checked ${seen.checked_at}: ${size(seen.size)}, digest as built`,
    ranges === "" ? `pieces ${seen.checked_pieces.join(", ")} read back` : `bytes ${ranges} read back`,
    `etag ${seen.etag}`,
    seen.version === undefined ? "" : `version ${seen.version}`,
    seen.checksum === undefined ? "" : `checksum ${seen.checksum}`,
    replica.mode === "managed" ? "replicated by the provider" : ""].filter(Boolean).join(", ");
}

/** Releases with a bar a region. */
export function releases(overview) {
  if (overview.releases.length === 0) {
    const none = make("p", {className: "quiet"}, "Nothing released yet.");
    none.dataset.key = "empty";
    return [none];
  }
  return overview.releases.map((release, index) => {
    const current = overview.releases.findIndex((other) => other.app === release.app) === index;
    const lanes = current ? release.regions.map((region) => lane(overview, release, region)) : [];
    const div = make("article", {className: "release"},
      make("div", {},
        make("h3", {}, release.build_name, chip(release.status, RELEASE_KIND[release.status] ?? ""),
          release.rollback_of === undefined ? null : chip("rollback", "")),
        make("p", {}, `seq ${release.seq}, ${ago(release.created_at, overview.at)} by ${release.requested_by}, `,
          runLink(overview, release.workflow_id, "run")),
        release.reason === undefined ? null : make("p", {className: "bad"}, release.reason),
        ...without(release),
        ...missing(release)),
      make("div", {className: "lanes"}, ...lanes, make("p", {}, timing(release))));
    div.dataset.key = `release-${release.id}`;
    return div;
  });
}

function timing(release) {
  const machines = `${release.machines_ok} of ${release.machines_total} machines`;
  return release.flip_to_last_ms === undefined ? machines
    : `${machines}; first healthy ${span(release.flip_to_first_ms)} after the flip, last ${span(release.flip_to_last_ms)}`;
}

/** The regions that the policy let it go without. */
function without(release) {
  const names = Object.entries(release.excluded ?? {});
  return names.map(([region, status]) =>
    make("p", {className: "bad"}, `without ${region}, where the build was ${status} (policy ${release.policy})`));
}

function missing(release) {
  const names = Object.entries(release.missing ?? {});
  const lines = names.slice(0, 5).map(([machine, why]) => make("p", {className: "bad"}, `${machine}: ${why}`));
  return names.length > 5 ? [...lines, make("p", {className: "bad"}, `and ${names.length - 5} more`)] : lines;
}

function lane(overview, release, region) {
  const live = overview.regions.find((r) => r.region === region)?.live ?? 0;
  const mine = overview.tally.filter((t) => t.region === region && t.app === release.app && t.seq >= release.seq);
  const sum = (of, key) => of.reduce((total, t) => total + t[key], 0);
  const healthy = sum(mine.filter((t) => t.state === "HEALTHY"), "machines");
  const failed = sum(mine.filter((t) => t.state === "FAILED"), "machines");
  const heard = sum(mine, "machines");
  const share = sum(mine, "size") === 0 ? 0 : (sum(mine, "bytes") / sum(mine, "size")) * (heard / Math.max(live, heard));
  const bar = (className, part) => {
    const i = make("i", {className});
    i.style.width = `${(100 * Math.min(1, part)).toFixed(1)}%`;
    return i;
  };
  return make("div", {className: "lane", title: "blue: bytes downloaded, green: machines healthy"},
    make("span", {}, region),
    make("div", {className: "track"}, bar("bytes", share), bar("healthy", healthy / Math.max(live, heard, 1))),
    make("span", {className: failed > 0 ? "count bad" : "count"},
      `${healthy} of ${live} healthy${failed > 0 ? `, ${failed} failed` : ""}`));
}

/** A chip a region. */
export function regions(overview) {
  return overview.regions.map((region) => {
    const text = `${region.region} ${region.live.toLocaleString("en")} live${region.silent > 0 ? `, ${region.silent} silent` : ""}`;
    const shown = chip(text, region.silent > 0 ? "wait" : "good");
    shown.dataset.key = region.region;
    return shown;
  });
}

/** A row for each machine and app. */
export function machines(list, now) {
  if (list.length === 0) {
    return [empty(9, "No machine has reported.")];
  }
  return list.flatMap((machine) => {
    const head = [machine.id, machine.region,
      machine.live ? ago(machine.last_seen, now) : chip(`silent, ${ago(machine.last_seen, now)}`, "bad")];
    const refused = Object.entries(machine.refused).map(([why, n]) => `refused ${n} × ${why}`).join(", ");
    if (machine.apps.length === 0) {
      return [row(`machine-${machine.id}`, "", ...head, "", "", "", "", "", refused)];
    }
    return machine.apps.map((app) => row(`machine-${machine.id}-${app.app}`, "", ...head,
      app.app, app.running ?? "–", `${app.build} (seq ${app.seq})`,
      chip(app.state.toLowerCase(), MACHINE_KIND[app.state] ?? "busy"),
      app.bytes >= app.size ? size(app.size) : `${size(app.bytes)} of ${size(app.size)}`,
      make("td", {className: "wrap"}, [app.detail, refused].filter(Boolean).join("; "))));
  });
}

/** A link to the run in Temporal's Web UI. Only http addresses become links. */
function runLink(overview, workflow, text) {
  const ui = overview.temporal.web_ui;
  if (workflow === undefined || !/^https?:\/\//.test(ui)) {
    return text;
  }
  const namespace = encodeURIComponent(overview.temporal.namespace);
  return make("a", {
    href: `${ui.replace(/\/$/, "")}/namespaces/${namespace}/workflows/${encodeURIComponent(workflow)}`,
    target: "_blank", rel: "noopener noreferrer", title: `${workflow} in the Temporal Web UI`,
  }, text);
}
