/** The workflows of a filter, newest first: read page by page as far as they are looked at, and read again. */

import { get, query } from "./api.js";

const PAGE = 200;

export class WorkflowList {
  constructor(filter) {
    this.filter = filter;
    this.byID = new Map();
    this.items = [];
    /** Where each page begins, and its last item. */
    this.pages = [];
    this.isWhole = false;
  }

  /** Reads the next page, if there is one and it is not being read. */
  async more(signal) {
    if (this.isWhole || this.reading) return;
    this.reading = true;
    try {
      const cursor = this.pages.length ? this.pages.at(-1).next : undefined;
      const page = await this.read(cursor, signal);
      this.pages.push({ cursor, last: page.workflows.at(-1), next: page.next_cursor });
      this.isWhole = !page.next_cursor;
      for (const workflow of page.workflows) this.byID.set(workflow.id, workflow);
      this.sort();
    } finally {
      this.reading = false;
    }
  }

  /** Reads what is new, and again what is in sight: what does not match any more leaves. */
  async refresh(first, last, signal) {
    const inSight = new Set([0]);
    for (const place of [first, last - 1]) {
      const item = this.items[place];
      if (item) inSight.add(this.pages.findIndex((page) => !page.last || !isBefore(page.last, item)));
    }
    for (const place of inSight) {
      const known = this.pages[place];
      if (!known) continue;
      const page = await this.read(known.cursor, signal);
      const found = new Set(page.workflows.map((workflow) => workflow.id));
      const above = place === 0 ? null : this.pages[place - 1].last;
      const end = page.next_cursor ? page.workflows.at(-1) : null;
      for (const item of this.items) {
        const isWithin = (!above || isBefore(above, item)) && (!end || !isBefore(end, item));
        if (isWithin && !found.has(item.id)) this.byID.delete(item.id);
      }
      for (const workflow of page.workflows) this.byID.set(workflow.id, workflow);
    }
    this.sort();
  }

  read(cursor, signal) {
    const { status, label } = this.filter;
    return get(`/v1/workflows${query({ status, label, limit: PAGE, cursor })}`, signal);
  }

  sort() {
    const { name } = this.filter;
    const wanted = name?.toLowerCase();
    this.items = [...this.byID.values()].filter((item) => !wanted || item.name.toLowerCase().includes(wanted))
      .sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }
}

/** Whether it stands above the other: the later, and of two of one time the one with the greater id. */
const isBefore = (a, b) => (a.created_at === b.created_at ? a.id > b.id : a.created_at > b.created_at);
