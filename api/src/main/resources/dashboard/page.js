// The page: asks every two seconds while it is visible, and shows what differs.

import {Refused, follow, forgetToken, get, keepToken, takeTokenFromAddress, token} from "./api.js";
import {make, show} from "./elements.js";
import * as views from "./views.js";

const REFRESH_MS = 2000;
const MOST_MACHINES = 200;
const MOST_LOG = 2_000_000;
const by = (id) => document.getElementById(id);
let timer;
let following;

function login(message) {
  clearTimeout(timer);
  by("page").hidden = true;
  by("forget").hidden = true;
  by("login").hidden = false;
  by("refused").textContent = message;
  by("state").textContent = "";
  by("numbers").replaceChildren();
  by("token").focus();
}

async function refresh() {
  clearTimeout(timer);
  try {
    const region = by("region").value;
    const [overview, machines] = await Promise.all([
      get("/overview"),
      get(`/machines?limit=${MOST_MACHINES}${region === "" ? "" : `&region=${encodeURIComponent(region)}`}`),
    ]);
    by("login").hidden = true;
    by("page").hidden = false;
    by("forget").hidden = false;
    render(overview, machines.machines);
    by("state").textContent = `home region ${overview.home_region}`;
    by("state").classList.remove("bad");
  } catch (error) {
    if (error instanceof Refused) {
      forgetToken();
      login(error.message);
      return;
    }
    by("state").textContent = `out of date: ${error.message}`;
    by("state").classList.add("bad");
  }
  timer = setTimeout(refresh, document.hidden ? REFRESH_MS * 10 : REFRESH_MS);
}

function render(overview, machines) {
  show(by("numbers"), views.numbers(overview));
  show(by("releases"), views.releases(overview));
  show(by("jobs"), views.jobs(overview, openLog));
  show(by("builds"), views.builds(overview));
  show(by("regions"), views.regions(overview));
  show(by("machines"), views.machines(machines, overview.at));
  by("more").textContent = machines.length < MOST_MACHINES ? "" : `The first ${MOST_MACHINES}; choose a region to see others.`;
  const known = new Set([...by("region").options].map((option) => option.value));
  overview.regions.filter(({region}) => !known.has(region)).forEach(({region}) =>
    by("region").append(make("option", {value: region}, region)));
}

function openLog(job) {
  following?.abort();
  following = new AbortController();
  const text = by("text");
  const note = (message) => text.append(make("span", {className: "quiet"}, `${message}\n`));
  text.replaceChildren();
  history.replaceState(null, "", `${location.pathname}#log=${job.id}`);
  by("log-title").textContent = `Log of job ${job.id}, ${job.job_name}`;
  by("log").showModal();
  let attempt;
  follow(job.id, (event, data) => {
    if (event === "log") {
      text.append(data);
      while (text.textContent.length > MOST_LOG && text.childNodes.length > 1) {
        text.firstChild.remove();
      }
    } else if (event === "attempt" && attempt !== data) {
      attempt = data;
      note(`— attempt ${data} —`);
    } else if (event === "end") {
      note(`— end: ${data} —`);
    }
    if (by("tail").checked) {
      text.scrollTop = text.scrollHeight;
    }
  }, following.signal).catch((error) => note(`— ${error.message} —`));
}

by("login").addEventListener("submit", (event) => {
  event.preventDefault();
  keepToken(by("token").value.trim());
  by("token").value = "";
  refresh();
});
by("forget").addEventListener("click", () => {
  forgetToken();
  login("");
});
by("close").addEventListener("click", () => by("log").close());
by("log").addEventListener("close", () => {
  following?.abort();
  history.replaceState(null, "", location.pathname);
});
by("region").addEventListener("change", refresh);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && token() !== null) {
    refresh();
  }
});

/** An address that ends in `#log=<job>` opens with that log. */
async function openLogOfAddress() {
  const asked = /^#log=(\d+)$/.exec(location.hash);
  if (asked !== null && token() !== null) {
    openLog(await get(`/jobs/${asked[1]}`));
  }
}

takeTokenFromAddress();
if (token() === null) {
  login("");
} else {
  refresh().then(openLogOfAddress).catch((error) => {
    by("state").textContent = error.message;
  });
}
