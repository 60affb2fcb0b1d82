#pragma once

/// What each stem holds: the ways by which the mix's audio reaches the master that belong to it.
///
/// docs/routing.md, "What a stem contains". In every stem each strip is absent, whole (as in the mix, so the mix's own
/// audio is tapped), or shared: a copy of the strip fed with the stem's part of its inputs, whose gain processors
/// follow the whole strip's gains. Feeds that do not sound in the mix do not sound in a stem.
/// A function of session and stem set: a stem's audio does not depend on which other files a job asks for.

#include <string>
#include <vector>

#include "engine/graph/routing.h"

namespace dubplate::graph {

enum class Share { absent, whole, shared };

/// Stems that belong together; whether a send is followed depends on whether its return has a stem in the set.
struct StemSet {
    std::vector<session::Stem> stems;
};

/// The set a rule makes: names are the strips' names.
StemSet stems_by_rule(const session::Session& session, const Routing& routing, session::StemRule rule,
                      session::StemReturns returns);

struct StemContents {
    std::vector<Share> shares;             ///< [strip]
    std::vector<std::vector<Feed>> feeds;  ///< [strip] what enters its version of a shared strip, or the master
};

/// Of the stems with these indices. Errors: not_found for strips that do not exist (with did-you-mean left to the reader, which knows the file).
Result<std::vector<StemContents>> stem_contents(const session::Session& session, const Routing& routing,
                                                const StemSet& set, const std::vector<std::size_t>& wanted);

/// True if every sounding way to the master lies in exactly one stem of the set, so that the stems sum to the premaster.
bool is_partition(const session::Session& session, const Routing& routing, const std::vector<StemContents>& contents);

}  // namespace dubplate::graph
