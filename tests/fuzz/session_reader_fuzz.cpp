// Any bytes as a session file: read or refused with a place and a reason; what is read comes back equal from its own
// canonical text, and its routing, stems and times can be worked out. The processors are made up: reading depends on their
// descriptions alone.

#include <string_view>

#include "engine/graph/stems.h"
#include "session-format/json/read.h"
#include "session-format/json/write.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/session-format/support/processors.h"

using namespace dubplate;
using fuzz::promise;

namespace {

/// Routing or a reason; all stems of every rule or a reason.
void check_routing(const session::Session& session) {
    const auto routing = graph::route(session);
    if (!routing) {
        promise(!routing.error().message.empty() && !routing.error().where.empty(), "routing that fails says why");
        return;
    }
    for (const auto rule : {session::StemRule::each_bus, session::StemRule::each_track})
        for (const auto returns : {session::StemReturns::own, session::StemReturns::shared}) {
            const graph::StemSet set = graph::stems_by_rule(session, *routing, rule, returns);
            std::vector<std::size_t> all;
            for (std::size_t stem = 0; stem < set.stems.size(); ++stem) all.push_back(stem);
            const auto contents = graph::stem_contents(session, *routing, set, all);
            promise(contents ? contents->size() == all.size() : !contents.error().message.empty(),
                    "stems are worked out, or it is told why not");
        }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto processors = session::test::kProcessors;
    const auto read = session::read_session(text, "fuzz.dub.json", processors);
    for (const Error& error : read.errors) {
        promise(!error.message.empty(), "an error says what is wrong");
        promise(error.where.starts_with("fuzz.dub.json"), "an error says where");
    }
    if (!read.errors.empty()) return 0;

    const std::string written = session::write_session(read.session);
    const auto again = session::read_session(written, "fuzz.dub.json", processors);
    promise(again.errors.empty(), "what was written can be read");
    promise(again.session == read.session, "what was written reads as the same session");
    promise(session::write_session(again.session) == written, "the canonical text is canonical");
    check_routing(read.session);
    return 0;
}
