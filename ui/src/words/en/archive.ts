// The archive of a server: searching it, bookmarks, and links to calls.
import { number, plural } from "../../format";

const calls = (n: number): string => plural(n, { one: "# call", other: "# calls" });

export const archiveWords = {
  archive: {
    keepCall: "Keep on this computer for ever",
    keepTalkgroup: "Keep its calls for ever",
    playUnheard: (n: number) => plural(n, { one: "Play # unheard call", other: "Play # unheard calls" }),
    playAllUnheard: (n: number) =>
      plural(n, { one: "Play everything unheard (# call)", other: "Play everything unheard (# calls)" }),
    queued: (n: number) =>
      n === 0
        ? "No call was added to the queue."
        : plural(n, { one: "# call was added to the queue.", other: "# calls were added to the queue." }),
    left: (n: number) =>
      plural(n, {
        one: "There is no room for # more; play it later in the same way.",
        other: "There is no room for # more; play them later in the same way.",
      }),
  },

  bookmarks: {
    add: "Bookmark",
    remove: "Remove the bookmark",
    addOf: (title: string) => `Bookmark ${title}`,
    removeOf: (title: string) => `Remove the bookmark of ${title}`,
    needsAccount: "Bookmarks need an account",
    title: "Bookmarks",
    loading: "Fetching the bookmarks",
    failed: "The bookmarks could not be fetched.",
    none: "No bookmarks yet",
    noneWhat: (key: string | null) =>
      key === null
        ? "Bookmark the call on the card, or any call by its menu. The server keeps bookmarked calls."
        : `${key} bookmarks the call on the card; every call's menu has it too. The server keeps bookmarked calls.`,
    gone: "The calls are gone",
    goneWhat: (n: number) =>
      plural(n, {
        one: "The server does not have the call that you bookmarked any more.",
        other: "The server has none of the # calls that you bookmarked any more.",
      }),
    /** `most`: so many are listed at most. */
    newest: (n: number, all: number, most: number) =>
      all <= n
        ? plural(n, { one: "# bookmark", other: "# bookmarks" })
        : n >= most
          ? `The newest ${number(n)} of ${number(all)} bookmarks`
          : `${number(n)} of ${number(all)} bookmarks; the other calls are gone`,
    signIn: (server: string) => `Bookmarks are kept in an account. Sign in to ${server} to have some.`,
  },

  share: {
    item: "Share…",
    title: "Share this call",
    what: (title: string, when: string) => `${title}, ${when}`,
    anybody: "Anybody who has the link can hear this call and read its transcript, without an account.",
    looking: "Looking for a link",
    make: "Make a link",
    making: "Making a link",
    link: "Link to this call",
    isNew: "This link was made just now.",
    isOld: "This call is shared already. This is its link.",
    copy: "Copy link",
    copied: "Copied",
    notCopied: "It could not be copied. It is selected: copy it with your keyboard.",
    open: "Open in browser",
    stop: "Stop sharing",
    stopping: "Ending the link",
    stopSure: "End the link for everybody?",
    stopped: "The link has ended. Who has it hears nothing any more.",
    off: (server: string) => `${server} does not share calls. Its operator can switch that on.`,
    needsAccount: (server: string) => `Sharing needs an account. Sign in to ${server} to share its calls.`,
    again: "Try again",
  },

  search: {
    title: "Search",
    open: "Search the archive",
    view: "View",
    server: "Server",
    where: "Where to search",
    here: "This computer",
    text: "Words in transcripts",
    textHere: "Words in names, units and transcripts",
    clearText: "Clear the words",
    filters: "Filters",
    systems: "Systems",
    talkgroups: "Talkgroups",
    groups: "Groups",
    tags: "Tags",
    pick: (what: string, n: number) => (n === 0 ? what : `${what}, ${number(n)} chosen`),
    pickFind: (what: string) => `Find ${what.toLowerCase()}`,
    pickNone: "Nothing is called like that.",
    pickEmpty: "The server lists none.",
    pickLoading: "Fetching the list",
    pickFailed: "The list could not be fetched. Close and open this to try again.",
    pickFound: (n: number) => plural(n, { other: "# to choose from" }),
    when: "When",
    from: "From",
    to: "To",
    fromDay: "From day",
    fromTime: "From time of day",
    toDay: "To day",
    toTime: "To time of day",
    dayExample: "2026-10-14",
    today: "Today",
    yesterday: "Yesterday",
    week: "7 days",
    wrongDay: "Enter a day such as 2026-10-14.",
    wrongTime: "Enter a time such as 22:00, with its day.",
    backwards: "The end is before the beginning.",
    sort: "Order",
    newest: "Newest first",
    oldest: "Oldest first",
    bookmarkedOnly: "Bookmarked only",
    unheardOnly: "Unheard only",
    chips: "What is set",
    fromChip: (when: string) => `from ${when}`,
    toChip: (when: string) => `to ${when}`,
    drop: (what: string) => `Remove ${what}`,
    clear: "Clear all",
    again: "Search again",
    results: "Calls found",
    searching: "Searching",
    found: (n: number, all: number | null, more: boolean) =>
      all !== null && all >= n
        ? all === n
          ? `${calls(n)} found`
          : `${number(n)} of ${calls(all)}`
        : more
          ? `${calls(n)} so far`
          : `${calls(n)} found`,
    foundWhat: (n: number, all: number | null, more: boolean) =>
      n === 0
        ? "No call found"
        : all !== null && all >= n
          ? `${calls(all)} found`
          : more
            ? `${calls(n)} found so far`
            : `${calls(n)} found`,
    more: "More",
    moreLoading: "Fetching more",
    moreFailed: "More could not be fetched.",
    moreStalled: "Nothing among the next ones so far.",
    further: "Look further",
    inVain: (n: number) =>
      plural(n, {
        one: "The next stored call is not one that your account may hear. Choose talkgroups or days above to look elsewhere.",
        other:
          "None of the next # stored calls is one that your account may hear. Choose talkgroups or days above to look elsewhere.",
      }),
    most: (n: number) => plural(n, { other: "These are the first #. Set more above to see others." }),
    failed: "The search failed.",
    tryAgain: "Try again",
    offline: (server: string) => `There is no link to ${server}, and the archive is there.`,
    connect: "Connect now",
    signIn: (server: string) => `Sign in to search the archive of ${server}.`,
    look: "See what it needs",
    nothing: "No call found",
    nothingSet: "Nothing in the archive fits everything that is set.",
    nothingSaid: "Nothing in the archive fits. Calls without a transcript are not found by words.",
    nothingHereSaid: "Nothing kept on this computer fits these words.",
    nothingHere: (server: string) => `Nothing of ${server} is kept on this computer yet.`,
    nothingThere: (server: string) => `The archive of ${server} is empty, or holds nothing for you.`,
    words: "Show what was said",
    hideWords: "Hide what was said",
    wordsOf: (title: string) => `What was said on ${title}`,
    wordsLoading: "Fetching what was said",
    wordsNone: "No transcript",
    wordsFailed: "The transcript could not be fetched.",
  },
};
