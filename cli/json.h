#pragma once

/// JSON for --json: two-space indentation, keys in the order in which they are written.

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <cmath>
#include <string>
#include <string_view>

#include "engine/base/visible_text.h"

namespace dubplate::cli {

class JsonText {
public:
    JsonText() : writer_(buffer_) { writer_.SetIndent(' ', 2); }

    void open_object() { writer_.StartObject(); }
    void close_object() { writer_.EndObject(); }
    void open_array() { writer_.StartArray(); }
    void close_array() { writer_.EndArray(); }
    JsonText& key(std::string_view name) {
        writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
        return *this;
    }
    /// Bytes that are no UTF-8 (the system allows them in paths) are written out.
    void text(std::string_view value) {
        const std::string shown = as_utf8(value);
        writer_.String(shown.data(), static_cast<rapidjson::SizeType>(shown.size()));
    }
    /// JSON has no infinities: null.
    void number(double value) { std::isfinite(value) ? writer_.Double(value) : writer_.Null(); }
    void count(std::uint64_t value) { writer_.Uint64(value); }
    void truth(bool value) { writer_.Bool(value); }

    std::string finish() const { return std::string(buffer_.GetString(), buffer_.GetSize()) + "\n"; }

private:
    rapidjson::StringBuffer buffer_;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer_;
};

}  // namespace dubplate::cli
