// The drawer of a phone closes when something in it was chosen.
addEventListener("click", (event) => {
  const chosen = event.target.closest?.('[data-testid="stSidebar"] a');
  if (!chosen || !matchMedia("(max-width: 699.9px)").matches) return;
  setTimeout(() => document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click());
});
