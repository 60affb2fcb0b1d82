#pragma once

/// Who feeds whom: the session's names resolved to indices, its cycles found, its strips in an order that can be run.
///
/// A function of the session alone: the same for every job, so that sums are cut the same way whatever is asked for.
/// Feeds carry what a strip gives to its output and its sends. A strip is evaluated whole unless strips key each other
/// in a ring that only holds between whole strips; then every strip whose insert tap is read as a key is split there
/// into units. Cycles between units are errors that name the strips and the way round.
/// Threads: a plain value, immutable once made.

#include <vector>

#include "engine/base/result.h"
#include "session-format/model/session.h"

namespace dubplate::graph {

/// One way by which a strip's audio reaches another: its output (send == -1) or one of its sends.
struct Feed {
    int from = 0;
    int send = -1;
    int to = 0;

    friend bool operator==(const Feed&, const Feed&) = default;
};

/// Consecutive inserts [first, last) of a strip. The final unit also has fader, pan, output and sends.
struct Unit {
    int strip = 0;
    int first = 0, last = 0;
    bool final = true;
    int level = 0;  ///< longest way from a unit that needs nothing
};

/// A side-chain resolved: insert `insert` of `to` hears `from` at `tap` (for Tap::insert after `tap_insert`).
struct KeyFeed {
    int from = 0;
    session::Tap tap = session::Tap::pre_fader;
    int tap_insert = 0;
    int to = 0;
    int insert = 0;
};

struct Routing {
    int master = 0;
    std::vector<bool> enabled;               ///< [strip] not disabled
    std::vector<bool> sounds;                ///< [strip] passes audio on: enabled, not muted, not silenced by solo
    std::vector<std::vector<Feed>> feeds;    ///< [strip] what enters it, in session order
    std::vector<KeyFeed> keys;               ///< of enabled strips
    std::vector<Unit> units;                 ///< in an order in which they can be run
    std::vector<std::vector<int>> units_of;  ///< [strip] its units, first to last; empty for disabled strips

    const Unit& final_unit(int strip) const {
        return units[static_cast<std::size_t>(units_of[static_cast<std::size_t>(strip)].back())];
    }
    /// The number of inserts that stand before a tap.
    static int inserts_before(const session::Session& session, const KeyFeed& key);
};

/// Errors: not_found for names that are no strips, bad_argument for cycles; each with the place in the session file.
Result<Routing> route(const session::Session& session);

}  // namespace dubplate::graph
