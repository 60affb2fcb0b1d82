// Stems, and every place where one part of a session names a strip.

#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "engine/base/spelling.h"
#include "session-format/json/read_parts.h"
#include "session-format/json/words.h"

namespace dubplate::session::json {
namespace {

using Names = std::unordered_map<std::string_view, std::size_t>;  // -> index of the strip

/// The names of strips, after noting those that two share.
Names unique_names(Reading& reading) {
    Names names;
    const auto& strips = reading.session.strips;
    for (std::size_t index = 0; index < strips.size(); ++index) {
        if (strips[index].name.empty() || names.try_emplace(strips[index].name, index).second) continue;
        // A master that is not in the file comes last; then it is the other strip whose name can be changed.
        const std::size_t first = names[strips[index].name];
        const Node* strip = reading.strip_nodes[index] ? reading.strip_nodes[index] : reading.strip_nodes[first];
        const Node* name = reading.document.member(*strip, "name");
        reading.problems.at(name ? *name : *strip,
                            reading.strip_nodes[index]
                                ? fmt::format("there is a strip '{}' already: names are unique", strips[index].name)
                                : fmt::format("the master is called '{}' too: names are unique", strips[index].name));
    }
    return names;
}

void check_unique(std::string_view what, std::set<std::string>& seen, const std::string& name, const Node& node,
                  Reading& reading) {
    if (!name.empty() && !seen.insert(name).second)
        reading.problems.at(node, fmt::format("there is a {} '{}' already: names are unique", what, name));
}

bool sums(StripKind kind) { return kind == StripKind::bus || kind == StripKind::return_bus; }

/// Whether a strip may be named for a use; for suggestions too.
bool suits(Reference::Use use, const Strip& strip) {
    switch (use) {
        case Reference::Use::output: return sums(strip.kind) || strip.kind == StripKind::master;
        case Reference::Use::send: return sums(strip.kind);
        case Reference::Use::stem: return strip.kind != StripKind::master;
        case Reference::Use::key: return true;
    }
    return false;
}

std::string_view expectation(Reference::Use use) {
    switch (use) {
        case Reference::Use::output: return "an output is a bus, a return or the master";
        case Reference::Use::send: return "a send goes to a bus or a return";
        case Reference::Use::stem: return "the master is in no stem: what it holds is the mix";
        case Reference::Use::key: return "";
    }
    return "";
}

void check_reference(const Reference& reference, const Names& names, Reading& reading) {
    Problems& problems = reading.problems;
    auto& strips = reading.session.strips;
    const auto found = names.find(reference.name);
    if (found == names.end()) {
        std::vector<std::string_view> fitting;
        for (const Strip& strip : strips)
            if (!problems.is_full() && suits(reference.use, strip)) fitting.push_back(strip.name);
        problems.at(
            *reference.node,
            fmt::format("there is no strip '{}'{}", reference.name, did_you_mean_or_list(reference.name, fitting)),
            ErrorCode::not_found);
        return;
    }
    const Strip& named = strips[found->second];
    const bool to_itself = found->second == reference.strip;
    if (!suits(reference.use, named)) {
        problems.at(*reference.node,
                    fmt::format("'{}' does not fit here: {}", reference.name, expectation(reference.use)));
    } else if (to_itself && (reference.use == Reference::Use::output || reference.use == Reference::Use::send)) {
        problems.at(*reference.node, fmt::format("'{}' would feed itself", reference.name));
    } else if (reference.insert >= static_cast<int>(named.inserts.size())) {
        problems.at(*reference.tap, fmt::format("'{}' has no insert {}: it has {}, counted from 0", reference.name,
                                                reference.insert, named.inserts.size()));
    } else if (reference.use == Reference::Use::output && named.kind == StripKind::master) {
        strips[reference.strip].output.clear();  // the one way to say it
    }
}

}  // namespace

void read_stems(Fields& fields, Reading& reading) {
    Problems& problems = reading.problems;
    const Node* list = fields.find("stems");
    if (!list) return;
    if (list->kind != Kind::array) {
        if (const auto rule = read_word(*list, kStemRules, problems))
            reading.session.stem_rule = *rule == 0 ? StemRule::each_bus : StemRule::each_track;
        return;
    }
    reading.session.stem_rule = StemRule::listed;
    for (const Node& node : reading.document.children(*list)) {
        Stem stem{.place = reading.document.place(node)};
        Fields entry(node, problems);
        if (const Node* name = entry.require("name")) stem.name = read_name(*name, problems).value_or("");
        if (const Node* strips = entry.require("strips"); strips && expect(*strips, Kind::array, problems)) {
            if (strips->children == 0) problems.at(*strips, "the stem holds no strip");
            std::set<std::string> seen;
            for (const Node& strip : reading.document.children(*strips))
                if (auto name = read_name(strip, problems)) {
                    if (!seen.insert(*name).second)
                        problems.at(strip, fmt::format("'{}' stands here a second time", *name));
                    stem.strips.push_back(*name);
                    reading.references.push_back(
                        {Reference::Use::stem, &strip, std::move(*name), reading.session.strips.size(), -1, nullptr});
                }
        }
        entry.take("returns", stem.returns, read_word, std::span(kStemReturns));
        entry.finish();
        reading.session.stems.push_back(std::move(stem));
    }
}

void check_references(Reading& reading) {
    const Names names = unique_names(reading);
    const auto list_of = [&](std::string_view key) { return reading.document.member(reading.document.root(), key); };
    const auto check_names = [&](std::string_view key, std::string_view what) {
        const Node* list = list_of(key);
        if (!list || list->kind != Kind::array) return;
        std::set<std::string> seen;
        for (const Node& entry : reading.document.children(*list)) {
            if (entry.kind != Kind::object) continue;
            const Node* name = reading.document.member(entry, "name");
            if (name && name->kind == Kind::string) check_unique(what, seen, std::string(name->text), *name, reading);
        }
    };
    check_names("ranges", "range");
    check_names("stems", "stem");
    for (const Reference& reference : reading.references) check_reference(reference, names, reading);
}

}  // namespace dubplate::session::json
