// "Seite verlassen" on pages where a reporter moves. Without this file the bar is an
// ordinary form: the server clears the site's data and redirects. With it, leaving is
// immediate, also by pressing Escape three times within two seconds, and this page's
// entry in the history is replaced.
(function () {
  "use strict";

  var PRESSES = 3;
  var WITHIN_MILLISECONDS = 2000;
  var form = document.querySelector("form[data-leave-target]");
  if (!form) {
    return;
  }

  function clearStorage() {
    try {
      window.sessionStorage.clear();
      window.localStorage.clear();
    } catch {
      // Storage may be forbidden; then there is nothing to clear.
    }
  }

  function leave() {
    // Hidden first: what stands on the screen must be gone before the network answers.
    document.documentElement.hidden = true;
    document.title = "";
    document.querySelectorAll("form").forEach(function (each) {
      if (each !== form) {
        each.reset();
      }
    });
    clearStorage();
    // keepalive lets the request outlive this page; the answer's Clear-Site-Data does the rest.
    try {
      fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        credentials: "same-origin",
        keepalive: true,
        redirect: "manual",
      }).catch(function () {});
    } finally {
      window.location.replace(form.dataset.leaveTarget);
    }
  }

  var presses = [];
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || event.repeat || event.isComposing) {
      return;
    }
    var now = Date.now();
    presses = presses.filter(function (then) {
      return now - then < WITHIN_MILLISECONDS;
    });
    presses.push(now);
    if (presses.length >= PRESSES) {
      leave();
    }
  });

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    leave();
  });

  // A page kept in the browser's back-forward cache would show its content again.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      window.location.reload();
    }
  });

  document.documentElement.classList.add("komma-has-exit-keys");
})();
