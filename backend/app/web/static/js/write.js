// Forms that change records through the API. Completed with the first form.

export function startWrites(root) {
  void root;
}
