#pragma once

/// The paths of outputs, made from a template: "{session}/{index} {name}".
///
/// Fields: {kind} mix, premaster or stem; {name} mix, premaster or the stem's name; {session} the session's file without
/// its ending; {format} as the user writes it; {rate} in Hz; {index} from 1, two digits or more, the same for all formats
/// of an output. '/' makes folders below the output folder. The format's extension is added where it is not there.
/// What a field holds never makes a folder: characters that file systems refuse become '_'.
/// Threads: pure functions.

#include <string>
#include <string_view>

#include "engine/audio/file_format.h"
#include "engine/render/render.h"

namespace dubplate::render {

struct NameFields {
    OutputKind kind = OutputKind::mix;
    std::string name;
    std::string session;
    audio::FileFormat format;
    int rate = 0;
    int index = 0;
    int index_digits = 2;
};

/// The path below the output folder. Errors: bad_argument where the template has unknown fields or stray braces, leads
/// out of the output folder, holds empty or over-long names, or control characters.
Result<std::string> output_name(std::string_view name_template, const NameFields& fields);

/// What the standard is for one kind of output. `with_format`: two formats share an extension.
std::string standard_template(OutputKind kind, bool with_format);

/// "song.dub.json" -> "song".
std::string session_stem(const session::Session& session);

}  // namespace dubplate::render
