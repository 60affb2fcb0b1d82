#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "session-format/json/words.h"
#include "session-format/json/write_parts.h"

namespace dubplate::session::json {
namespace {

void add_true(Item& object, std::string_view key, bool truth) {
    if (truth) object.add_flag(key);
}

Item point_item(const Breakpoint& point, bool toggle) {
    Item item = Item::array();
    item.add(quantity_item(point.at));
    item.add(toggle ? Item::boolean(point.value.number != 0.0) : quantity_item(point.value));
    if (point.shape != Shape::linear) item.add(Item::setting(word_of(kShapes, point.shape)));
    if (point.shape == Shape::curve && point.bend != 0.0) item.add(Item::setting(point.bend));
    return item;
}

Item points_item(const std::vector<Breakpoint>& points, bool toggle = false) {
    Item list = Item::array(true);
    for (const Breakpoint& point : points) list.add(point_item(point, toggle));
    return list;
}

Item fade_item(const Fade& fade) {
    if (fade.shape == FadeShape::linear) return quantity_item(fade.length);
    Item item = Item::object();
    item.add("length", quantity_item(fade.length)).add("shape", Item::setting(word_of(kFadeShapes, fade.shape)));
    if (fade.shape == FadeShape::custom && fade.bend != 0.0) item.add("bend", Item::setting(fade.bend));
    return item;
}

Item clip_item(const Clip& clip) {
    const Clip standard;
    Item item = Item::object();
    if (!clip.name.empty()) item.add("name", Item::text(clip.name));
    item.add("file", Item::text(clip.file));
    if (clip.start != standard.start) item.add("start", quantity_item(clip.start));
    if (clip.offset != standard.offset) item.add("offset", quantity_item(clip.offset));
    if (clip.length) item.add("length", quantity_item(*clip.length));
    if (clip.gain != standard.gain) item.add("gain", quantity_item(clip.gain));
    add_true(item, "invert", clip.invert);
    add_true(item, "reverse", clip.reverse);
    add_true(item, "loop", clip.loop);
    add_true(item, "mute", clip.mute);
    if (!clip.channels.empty()) {
        Item channels = Item::array();
        for (const int channel : clip.channels) channels.add(Item::integer(channel));
        item.add("channels", std::move(channels));
    }
    if (clip.speed != standard.speed) item.add("speed", Item::setting(clip.speed));
    if (clip.fade_in != standard.fade_in) item.add("fade_in", fade_item(clip.fade_in));
    if (clip.fade_out != standard.fade_out) item.add("fade_out", fade_item(clip.fade_out));
    if (!clip.gain_points.empty()) item.add("gain_points", points_item(clip.gain_points));
    return item;
}

Item key_item(const Key& key) {
    if (key.tap == Tap::pre_fader) return Item::text(key.strip);
    Item item = Item::object();
    item.add("strip", Item::text(key.strip));
    switch (key.tap) {
        case Tap::pre_inserts: item.add("tap", Item::setting(kKeyTaps[0])); break;
        case Tap::pre_fader: break;
        case Tap::post_fader: item.add("tap", Item::setting(kKeyTaps[2])); break;
        case Tap::insert: item.add("tap", Item::setting(fmt::format("inserts/{}", key.insert))); break;
    }
    return item;
}

Item value_item(const ParameterValue& parameter) {
    if (const auto* truth = std::get_if<bool>(&parameter.value)) return Item::boolean(*truth);
    if (const auto* text = std::get_if<std::string>(&parameter.value)) return Item::text(*text);
    return quantity_item(std::get<Quantity>(parameter.value));
}

/// "bands/1/gain" in three.
struct GroupPath {
    std::string_view group;
    std::size_t member = 0;
    std::string_view name;
};

std::optional<GroupPath> group_path(std::string_view path) {
    const std::size_t first = path.find('/'), last = path.rfind('/');
    if (first == std::string_view::npos || first == last) return {};
    GroupPath parts{path.substr(0, first), 0, path.substr(last + 1)};
    const auto [end, error] = std::from_chars(path.data() + first + 1, path.data() + last, parts.member);
    if (error != std::errc{} || end != path.data() + last) return {};
    return parts;
}

Item insert_item(const Insert& insert) {
    Item item = Item::object();
    item.add("processor", Item::text(insert.processor));
    if (!insert.name.empty()) item.add("name", Item::text(insert.name));
    add_true(item, "bypass", insert.bypass);
    if (insert.key) item.add("key", key_item(*insert.key));
    std::string_view group;
    std::vector<Item> members;
    for (const ParameterValue& parameter : insert.parameters) {
        const auto parts = group_path(parameter.path);
        // No processor has a thousand members of a group or two groups: a key as it stands, for the reader to refuse.
        if (!parts || parts->member >= 1000 || (!members.empty() && parts->group != group)) {
            item.add(parameter.path, value_item(parameter));
            continue;
        }
        group = parts->group;
        while (members.size() <= parts->member) members.push_back(Item::object());
        members[parts->member].add(parts->name, value_item(parameter));
    }
    if (!members.empty()) {
        Item list = Item::array(true);
        for (Item& member : members) list.add(std::move(member));
        item.add(group, std::move(list));
    }
    return item;
}

Item send_item(const Send& send) {
    const Send standard;
    Item item = Item::object();
    item.add("to", Item::text(send.to));
    if (send.level != standard.level) item.add("level", quantity_item(send.level));
    if (send.pan != standard.pan) item.add("pan", Item::setting(send.pan));
    if (send.pre_fader) item.add("tap", Item::setting(kSendTaps[0]));
    add_true(item, "mute", send.mute);
    return item;
}

template <class Part, class Write>
void add_list(Item& item, std::string_view key, const std::vector<Part>& parts, Write write) {
    if (parts.empty()) return;
    Item list = Item::array(true);
    for (const Part& part : parts) list.add(write(part));
    item.add(key, std::move(list));
}

}  // namespace

Item quantity_item(const Quantity& quantity) {
    return quantity.unit == Unit::none ? Item::setting(quantity.number) : Item::setting(to_string(quantity));
}

Item strip_item(const Strip& strip) {
    const Strip standard;
    Item item = Item::object(true);
    item.add("name", Item::text(strip.name));
    if (strip.layout != standard.layout) item.add("layout", Item::setting(to_string(strip.layout)));
    if (!strip.output.empty()) item.add("output", Item::text(strip.output));
    add_true(item, "disabled", strip.disabled);
    add_true(item, "mute", strip.mute);
    add_true(item, "solo", strip.solo);
    add_true(item, "solo_safe", strip.solo_safe);
    add_true(item, "invert", strip.invert);
    if (strip.fader != standard.fader) item.add("fader", quantity_item(strip.fader));
    if (strip.pan != standard.pan) item.add("pan", Item::setting(strip.pan));
    if (strip.pan_law) item.add("pan_law", Item::setting(word_of(kPanLaws, *strip.pan_law)));
    if (strip.overlap != standard.overlap) item.add("overlap", Item::setting(word_of(kOverlaps, strip.overlap)));
    add_list(item, "clips", strip.clips, clip_item);
    add_list(item, "inserts", strip.inserts, insert_item);
    add_list(item, "sends", strip.sends, send_item);
    if (!strip.lanes.empty()) {
        Item lanes = Item::object(true);
        for (const Lane& lane : strip.lanes) lanes.add(lane.target, points_item(lane.points, lane.target == "mute"));
        item.add("automation", std::move(lanes));
    }
    return item;
}

}  // namespace dubplate::session::json
