#include <fmt/format.h>

#include "session-format/json/read_parts.h"
#include "session-format/json/words.h"

namespace dubplate::session::json {
namespace {

std::optional<Layout> read_layout(const Node& node, Problems& problems) {
    if (!expect(node, Kind::string, problems)) return {};
    const auto layout = parse_layout(node.text);
    if (!layout) {
        problems.at(node, layout.error().message);
        return {};
    }
    return *layout;
}

Send read_send(const Node& node, Reading& reading) {
    Send send{.place = reading.document.place(node)};
    Fields fields(node, reading.problems);
    if (const Node* to = fields.require("to"))
        if (auto name = read_name(*to, reading.problems)) {
            send.to = *name;
            reading.references.push_back(
                {Reference::Use::send, to, std::move(*name), reading.session.strips.size(), -1, nullptr});
        }
    fields.take("level", send.level, read_decibels);
    fields.take("pan", send.pan, read_number, -1.0, 1.0);
    std::size_t tap = 1;
    fields.take("tap", tap, read_word, std::span(kSendTaps));
    send.pre_fader = tap == 0;
    fields.take("mute", send.mute, read_bool);
    fields.finish();
    return send;
}

template <class Read>
void read_list(Fields& fields, std::string_view key, Reading& reading, Read read) {
    const Node* list = fields.find(key);
    if (!list || !expect(*list, Kind::array, reading.problems)) return;
    for (const Node& entry : reading.document.children(*list)) read(entry);
}

}  // namespace

void read_strip(const Node& node, StripKind kind, Reading& reading) {
    Problems& problems = reading.problems;
    Strip strip{.kind = kind, .place = reading.document.place(node)};
    const bool is_master = kind == StripKind::master;
    Fields fields(node, problems);
    if (is_master) {
        strip.name = "Master";
        fields.take("name", strip.name, read_name);
    } else if (const Node* name = fields.require("name")) {
        strip.name = read_name(*name, problems).value_or("");
    }
    fields.take("layout", strip.layout, read_layout);
    if (!is_master) {
        if (const Node* output = fields.find("output"))
            if (auto name = read_name(*output, problems)) {
                strip.output = *name;
                reading.references.push_back(
                    {Reference::Use::output, output, std::move(*name), reading.session.strips.size(), -1, nullptr});
            }
        fields.take("disabled", strip.disabled, read_bool);
        fields.take("solo", strip.solo, read_bool);
        fields.take("solo_safe", strip.solo_safe, read_bool);
    }
    fields.take("mute", strip.mute, read_bool);
    fields.take("invert", strip.invert, read_bool);
    fields.take("fader", strip.fader, read_decibels);
    fields.take("pan", strip.pan, read_number, -1.0, 1.0);
    fields.take("pan_law", strip.pan_law, [](const Node& word, Problems& list) -> std::optional<PanLaw> {
        const auto law = read_word(word, kPanLaws, list);
        if (!law) return {};
        return static_cast<PanLaw>(*law);
    });
    if (kind == StripKind::track) {
        fields.take("overlap", strip.overlap, read_word, std::span(kOverlaps));
        read_list(fields, "clips", reading, [&](const Node& clip) { strip.clips.push_back(read_clip(clip, reading)); });
    }
    read_list(fields, "inserts", reading,
              [&](const Node& insert) { strip.inserts.push_back(read_insert(insert, reading)); });
    if (!is_master)
        read_list(fields, "sends", reading, [&](const Node& send) { strip.sends.push_back(read_send(send, reading)); });
    if (const Node* automation = fields.find("automation")) read_automation(*automation, strip, reading);
    fields.finish();
    reading.session.strips.push_back(std::move(strip));
    reading.strip_nodes.push_back(&node);
}

}  // namespace dubplate::session::json
