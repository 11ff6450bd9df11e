// What is set, each as something that can be taken away again.
import type { Option } from "./options";
import { keysOf, turned } from "./options";
import { NOTHING, type Entered } from "./days";
import { LISTINGS, type Listing, type Wanted } from "./wanted";
import { words } from "../words";

/** One thing that is set. */
export interface Chip {
  key: string;
  title: string;
  /** What taking it away changes. */
  without: Partial<Wanted>;
}

/** Everything that is set but the words and the order, which have places of their own. */
export function chipsOf(wanted: Wanted, name: (listing: Listing, key: string) => string): Chip[] {
  const chips: Chip[] = LISTINGS.flatMap((listing) =>
    keysOf(wanted, listing).map((key) => ({
      key: `${listing} ${key}`,
      title: name(listing, key),
      without: turned(wanted, listing, key),
    })),
  );
  if (isSet(wanted.from))
    chips.push({ key: "from", title: words.search.fromChip(textOf(wanted.from)), without: { from: NOTHING } });
  if (isSet(wanted.to))
    chips.push({ key: "to", title: words.search.toChip(textOf(wanted.to)), without: { to: NOTHING } });
  if (wanted.here && wanted.unheardOnly)
    chips.push({ key: "unheard", title: words.search.unheardOnly, without: { unheardOnly: false } });
  if (!wanted.here && wanted.bookmarkedOnly)
    chips.push({ key: "bookmarked", title: words.search.bookmarkedOnly, without: { bookmarkedOnly: false } });
  return chips;
}

const isSet = ({ day, time }: Entered): boolean => day !== "" || time !== "";
const textOf = ({ day, time }: Entered): string => `${day} ${time}`.trim();

/** Names for what is chosen; what the server does not list any more goes by its key. */
export function namesOf(
  options: Readonly<Record<Listing, readonly Option[]>>,
): (listing: Listing, key: string) => string {
  const names = new Map(
    LISTINGS.flatMap((listing) => options[listing].map(({ key, title }) => [`${listing} ${key}`, title] as const)),
  );
  return (listing, key) => names.get(`${listing} ${key}`) ?? `${words.search[listing]}: ${key}`;
}
