#pragma once

/// How the reader is cut into files, one per part of a session. Internal to session-format/json.
///
/// Every function notes what is wrong in Reading::problems and returns what it could make of the part, so that indices
/// and names still hold for the checks that follow. Names of other strips are only collected: a strip may stand after
/// the one that names it, so they are looked up when all have been read (read_references.cpp).

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "session-format/json/fields.h"
#include "session-format/model/values.h"

namespace dubplate::session::json {

/// A strip named by another part.
struct Reference {
    enum class Use { output, send, key, stem };
    Use use;
    const Node* node;  ///< the name
    std::string name;
    std::size_t strip = 0;      ///< index of the strip that names it; unused for stems
    int insert = -1;            ///< of a key: the insert it is taken after, if it is
    const Node* tap = nullptr;  ///< of a key: where that stands
};

struct Reading {
    const Document& document;
    Problems& problems;
    ProcessorTable processors;
    Session session;
    const TempoMap* tempo_map = nullptr;   ///< nullptr where tempo or meter are wrong: times are not judged then
    std::vector<const Node*> strip_nodes;  ///< [strip]; nullptr for a master that is not in the file
    std::vector<Reference> references;

    const ProcessorDescription* processor(std::string_view name) const;
};

/// Absolute frame of a position that may not lie before the session's start; nothing where it cannot be told.
std::optional<FrameCount> resolve_position(const Node& node, const Quantity& position, Reading& reading);
/// Frames of a length from `from` on that may not be negative (nor 0 if `positive`).
std::optional<FrameCount> resolve_length(const Node& node, const Quantity& length, FrameCount from, bool positive,
                                         Reading& reading);

/// tempo, meter, markers, ranges and end: what lies on the timeline. Fills session; `tempo_map` becomes whole if they are.
void read_timeline(Fields& fields, Reading& reading, std::optional<TempoMap>& tempo_map);
void read_ranges(Fields& fields, Reading& reading);

void read_strip(const Node& node, StripKind kind, Reading& reading);
Clip read_clip(const Node& node, Reading& reading);
Insert read_insert(const Node& node, Reading& reading);
/// A value of a parameter in a lane: a quantity, or what stands for one (true, a word).
std::optional<Quantity> read_lane_value(const Node& node, const ParameterDescription& parameter, Reading& reading);
/// The value of a parameter that stands in an insert.
bool read_parameter(const Node& node, const ParameterDescription& parameter, std::string path, Insert& insert,
                    Reading& reading);

void read_automation(const Node& node, Strip& strip, Reading& reading);
/// A list of breakpoints whose times count from frame `origin`; `relative` ones are lengths.
std::vector<Breakpoint> read_points(const Node& node, const ParameterDescription& parameter, FrameCount origin,
                                    bool relative, Reading& reading);

void read_stems(Fields& fields, Reading& reading);
/// Unique names, and every Reference.
void check_references(Reading& reading);

}  // namespace dubplate::session::json
