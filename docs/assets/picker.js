/* The picker of the front page: made from the two lists of links below it, which do the same without it. */
"use strict";

(() => {
  const COURSE = "texecute-course";
  const form = document.querySelector(".tx-picker");
  const links = (name) => [...document.querySelectorAll(`.${name} li > a`)];
  const courses = links("tx-courses");
  const questions = links("tx-questions");
  const { course, question } = form.elements;
  const also = form.querySelector(".tx-picker__also");

  const option = (link, at) => new Option(link.textContent, at);
  course.append(new Option("none of these courses", ""), ...courses.map(option));
  question.append(...questions.map(option));

  /* The answer, in the form of the vectors that the course uses. */
  function target() {
    const address = new URL(questions[question.value].href);
    const vectors = courses[course.value]?.dataset.form;
    if (vectors) address.searchParams.set("form", vectors);
    return address;
  }

  function show() {
    const link = courses[course.value];
    if (link) also.replaceChildren("Its notation and ours: ", link.cloneNode(true));
    else also.replaceChildren("The answer comes in rows or in columns, as you chose last.");
    localStorage.setItem(COURSE, link?.textContent ?? "");
  }

  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.href = target();
  });
  const known = courses.findIndex((link) => link.textContent === localStorage.getItem(COURSE));
  if (known >= 0) course.value = known;
  show();
})();
