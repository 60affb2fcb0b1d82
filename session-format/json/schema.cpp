#include "session-format/json/schema.h"

#include <cassert>

#include <fmt/format.h>

#include "session-format/json/fields.h"
#include "session-format/json/schema_values.h"
#include "session-format/json/words.h"

namespace dubplate::session {
namespace json {
namespace {

using Keys = std::initializer_list<std::string_view>;
std::span<const std::string_view> keys(const Keys& list) { return {list.begin(), list.size()}; }

Item any_of(Item first, Item second) {
    Item list = Item::array();
    list.add(std::move(first)).add(std::move(second));
    Item item = Item::object();
    item.add("anyOf", std::move(list));
    return item;
}

Item pattern_properties(Item patterns, std::string_view description) {
    Item item = Item::object();
    item.add("type", Item::text("object")).add("description", Item::text(description));
    item.add("patternProperties", std::move(patterns)).add("additionalProperties", Item::boolean(false));
    return item;
}

/// [time, value], [time, value, shape] or [time, value, "curve", bend]
Item points(std::string_view time, Item value) {
    Item parts = Item::array();
    parts.add(schema_ref(time)).add(std::move(value)).add(schema_words(kShapes)).add(schema_number(-1.0, 1.0));
    Item point = Item::object();
    point.add("type", Item::text("array")).add("prefixItems", std::move(parts));
    point.add("minItems", Item::integer(2)).add("maxItems", Item::integer(4));
    Item list = schema_list(std::move(point), "[time, value], [time, value, shape] or [time, value, \"curve\", bend]");
    list.add("minItems", Item::integer(1));
    return list;
}

Item clip_schema() {
    Item fade_properties = Item::object(true);
    fade_properties.add("length", schema_ref("length")).add("shape", schema_words(kFadeShapes));
    fade_properties.add("bend", schema_number(-1.0, 1.0, "Only of the shape \"custom\""));
    const auto fade = [&](std::string_view description) {
        Item item = any_of(schema_ref("length"), schema_object(fade_properties, keys({"length"})));
        item.add("description", Item::text(description));
        return item;
    };
    Item channels = schema_list(schema_integer(1, 1024), "Channels of the file to take, from 1; all where left out");
    channels.add("minItems", Item::integer(1)).add("maxItems", Item::integer(kMaxChannels));
    Item p = Item::object(true);
    p.add("name", schema_ref("name"));
    p.add("file", schema_described("path", "Sound file, relative to the session's folder"));
    p.add("start", schema_described("time", "Place on the timeline"));
    p.add("offset", schema_described("length", "What is left out of the file's beginning"));
    p.add("length", schema_described("length", "On the timeline; what the file has left where left out"));
    p.add("gain", schema_ref("level"));
    p.add("invert", schema_flag("Turns the polarity over")).add("reverse", schema_flag("Plays the part backwards"));
    p.add("loop", schema_flag("Repeats until the length is filled")).add("mute", schema_flag());
    p.add("channels", std::move(channels));
    p.add("speed", schema_number(0.01, 100.0, "2 plays an octave up in half the time"));
    p.add("fade_in", fade("A length (linear), or {length, shape, bend}"));
    p.add("fade_out", fade("A length (linear), or {length, shape, bend}"));
    p.add("gain_points", points("length", schema_ref("level")));
    return schema_object(std::move(p), keys({"file"}));
}

Item processor_schema(const ProcessorDescription& processor) {
    Item name = Item::object();
    name.add("const", Item::text(processor.name))
        .add("description", Item::text(fmt::format("{}. {}", processor.title, processor.help)));
    Item p = Item::object(true);
    p.add("processor", std::move(name)).add("name", schema_ref("name"));
    p.add("bypass", schema_flag("Lets the audio through as it is; keeps the latency"));
    if (processor.takes_key) p.add("key", schema_ref("key"));
    std::vector<std::string_view> required = {"processor"};
    for (const ParameterDescription& parameter : processor.parameters) {
        assert(!index_of_word(kInsertKeys, parameter.name) && "a parameter must not be called like a key of inserts");
        p.add(parameter.name, schema_parameter(parameter));
        if (parameter.required) required.push_back(parameter.name);
    }
    if (!processor.group_name.empty()) {
        Item member = Item::object(true);
        std::vector<std::string_view> member_required;
        for (const ParameterDescription& parameter : processor.group) {
            member.add(parameter.name, schema_parameter(parameter));
            if (parameter.required) member_required.push_back(parameter.name);
        }
        Item members = schema_object(std::move(member), member_required);
        members.add("minProperties", Item::integer(1));
        Item group = schema_list(std::move(members));
        group.add("maxItems", Item::integer(static_cast<std::int64_t>(processor.group_maximum)));
        p.add(processor.group_name, std::move(group));
    }
    return schema_object(std::move(p), required);
}

/// Which processor it is decides what else may stand there.
Item insert_schema(ProcessorTable processors) {
    Item names = Item::array(), rules = Item::array(true);
    for (const ProcessorDescription* processor : processors) {
        names.add(Item::text(processor->name));
        Item is = Item::object(), condition = Item::object(), rule = Item::object();
        is.add("processor", std::move(Item::object().add("const", Item::text(processor->name))));
        condition.add("properties", std::move(is));
        rule.add("if", std::move(condition)).add("then", schema_ref(fmt::format("processor_{}", processor->name)));
        rules.add(std::move(rule));
    }
    Item item = Item::object();
    Item is = Item::object();
    is.add("processor", std::move(Item::object().add("enum", std::move(names))));
    Item required = Item::array();
    required.add(Item::text("processor"));
    item.add("type", Item::text("object")).add("required", std::move(required)).add("properties", std::move(is));
    if (!rules.is_empty()) item.add("allOf", std::move(rules));
    return item;
}

Item key_schema() {
    Item tap = Item::object();
    tap.add("type", Item::text("string"))
        .add("pattern", Item::text("^(pre inserts|pre fader|post fader|inserts/[0-9]+)$"));
    tap.add("description",
            Item::text("Where on the strip: \"pre inserts\", \"inserts/2\", \"pre fader\" or \"post fader\""));
    Item p = Item::object(true);
    p.add("strip", schema_ref("name")).add("tap", std::move(tap));
    Item item = any_of(schema_ref("name"), schema_object(std::move(p), keys({"strip"})));
    item.add("description", Item::text("Side-chain: the name of a strip (before its fader), or {strip, tap}"));
    return item;
}

Item send_schema() {
    Item p = Item::object(true);
    p.add("to", schema_described("name", "A bus or a return")).add("level", schema_ref("level"));
    p.add("pan", schema_number(-1.0, 1.0)).add("tap", schema_words(kSendTaps)).add("mute", schema_flag());
    return schema_object(std::move(p), keys({"to"}));
}

Item automation_schema() {
    Item flag = Item::object(), any = Item::object(), types = Item::array(), flags = Item::array();
    flags.add(Item::boolean(true)).add(Item::boolean(false)).add(Item::integer(0)).add(Item::integer(1));
    flag.add("enum", std::move(flags));
    types.add(Item::text("number")).add(Item::text("string")).add(Item::text("boolean"));
    any.add("type", std::move(types));
    Item p = Item::object(true);
    p.add("^(fader|sends/(0|[1-9][0-9]*)/level)$", points("time", schema_ref("level")));
    p.add("^(pan|sends/(0|[1-9][0-9]*)/pan)$", points("time", schema_number(-1.0, 1.0)));
    p.add("^mute$", points("time", std::move(flag)));
    p.add("^inserts/(0|[1-9][0-9]*)/.+$", points("time", std::move(any)));
    return pattern_properties(std::move(p),
                              "Lanes of breakpoints: \"fader\", \"pan\", \"mute\", \"sends/0/level\", \"sends/0/pan\", "
                              "\"inserts/1/threshold\", \"inserts/0/bands/2/gain\"");
}

Item strip_schema(StripKind kind) {
    const bool is_master = kind == StripKind::master;
    Item p = Item::object(true);
    p.add("name", schema_ref("name")).add("layout", schema_ref("layout"));
    if (!is_master) {
        p.add("output", schema_described("name", "A bus or a return; the master where left out"));
        p.add("disabled", schema_flag("As if it were not there"));
        p.add("solo", schema_flag()).add("solo_safe", schema_flag("Sounds on when other strips are soloed"));
    }
    p.add("mute", schema_flag()).add("invert", schema_flag("Turns the polarity over, before the inserts"));
    p.add("fader", schema_ref("level")).add("pan", schema_number(-1.0, 1.0, "-1 left, 1 right"));
    p.add("pan_law", schema_words(kPanLaws, "The session's where left out"));
    if (kind == StripKind::track) {
        p.add("overlap", schema_words(kOverlaps, "What sounds where clips overlap"));
        p.add("clips", schema_list(schema_ref("clip")));
    }
    p.add("inserts", schema_list(schema_ref("insert")));
    if (!is_master) p.add("sends", schema_list(schema_ref("send")));
    p.add("automation", schema_ref("automation"));
    return is_master ? schema_object(std::move(p), {}) : schema_object(std::move(p), keys({"name"}));
}

void add_definitions(Item& root, ProcessorTable processors) {
    Item d = Item::object(true);
    add_value_definitions(d);
    constexpr std::string_view kLayouts[] = {"mono", "stereo", "LCR", "quad", "5.1", "7.1", "7.1.4"};
    Item discrete = Item::object();
    discrete.add("type", Item::text("string")).add("pattern", Item::text("^([1-9]|1[0-6]) discrete$"));
    d.add("layout", any_of(schema_words(kLayouts), std::move(discrete)));
    d.add("clip", clip_schema()).add("key", key_schema()).add("send", send_schema());
    d.add("automation", automation_schema()).add("insert", insert_schema(processors));
    for (const ProcessorDescription* processor : processors)
        d.add(fmt::format("processor_{}", processor->name), processor_schema(*processor));
    d.add("track", strip_schema(StripKind::track)).add("bus", strip_schema(StripKind::bus));
    d.add("master", strip_schema(StripKind::master));
    root.add("$defs", std::move(d));
}

Item timeline_event(std::string_view key, Item value, std::string_view place, Item place_schema) {
    Item p = Item::object(true);
    p.add(place, std::move(place_schema)).add(key, std::move(value));
    if (key == "bpm") p.add("ramp", schema_flag("Goes linearly to the next tempo"));
    return schema_object(std::move(p), std::span(&key, 1));
}

Item meter_word() {
    Item item = Item::object();
    item.add("type", Item::text("string")).add("pattern", Item::text("^[0-9]+/(1|2|4|8|16|32)$"));
    return item;
}

Item named_list(Keys places, std::string_view description) {
    Item p = Item::object(true);
    std::vector<std::string_view> required = {"name"};
    p.add("name", schema_ref("name"));
    for (const std::string_view place : places) {
        p.add(place, schema_ref("time"));
        required.push_back(place);
    }
    return schema_list(schema_object(std::move(p), required), description);
}

Item stems_schema() {
    Item strips = schema_list(schema_ref("name"), "A bus stands for all that feeds it");
    strips.add("minItems", Item::integer(1)).add("uniqueItems", Item::boolean(true));
    Item p = Item::object(true);
    p.add("name", schema_ref("name")).add("strips", std::move(strips));
    p.add("returns",
          schema_words(kStemReturns, "Returns sound only in stems that name them, or every stem holds what it sent"));
    return any_of(schema_words(kStemRules), schema_list(schema_object(std::move(p), keys({"name", "strips"}))));
}

}  // namespace
}  // namespace json

std::string session_schema(ProcessorTable processors) {
    using namespace json;
    Item p = Item::object(true);
    Item version = Item::object();
    p.add("dubplate",
          std::move(version.add("const", Item::integer(1)).add("description", Item::text("Version of the format"))));
    p.add("name", schema_text()).add("sample_rate", schema_integer(8000, 384000, "Frames per second"));
    p.add("seed", schema_integer(0, 18446744073709551615.0, "Keys dither and noise"));
    p.add("pan_law", schema_words(kPanLaws, "Gain of a mono strip in the middle"));
    p.add("tempo", any_of(schema_number(1, 1000, "Beats (quarter notes) per minute"),
                          schema_list(timeline_event("bpm", schema_number(1, 1000), "at", schema_ref("time")))));
    p.add("meter",
          any_of(meter_word(), schema_list(timeline_event("meter", meter_word(), "bar", schema_integer(1, 1e9)))));
    p.add("markers", named_list({"at"}, "Places with a name"));
    p.add("ranges", named_list({"from", "to"}, "Parts of the timeline with a name"));
    p.add("end", schema_described("time", "Where renders end; after the last clip and the tails where left out"));
    Item metadata = Item::object();
    metadata.add("type", Item::text("object")).add("additionalProperties", schema_text());
    p.add("metadata", std::move(metadata));
    p.add("tracks", schema_list(schema_ref("track"))).add("buses", schema_list(schema_ref("bus")));
    p.add("returns", schema_list(schema_ref("bus"))).add("master", schema_ref("master"));
    p.add("stems", stems_schema());
    Item root = Item::object(true);
    root.add("$schema", Item::text("https://json-schema.org/draft/2020-12/schema"));
    root.add("title", Item::text("Dubplate session, version 1"));
    Item required = Item::array();
    required.add(Item::text("dubplate"));
    root.add("type", Item::text("object")).add("required", std::move(required));
    root.add("properties", std::move(p)).add("additionalProperties", Item::boolean(false));
    add_definitions(root, processors);
    std::string text;
    root.print(text, 0, 0);
    text += '\n';
    return text;
}

}  // namespace dubplate::session
