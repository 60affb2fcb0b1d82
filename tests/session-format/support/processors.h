#pragma once

/// A small table of made-up processors that has one parameter of every kind, for the tests of this room.

#include "engine/base/parameter.h"

namespace dubplate::session::test {

inline constexpr std::string_view kModes[] = {"soft", "hard", "off"};

inline constexpr ParameterDescription kSquashParameters[] = {
    {.name = "threshold",
     .unit = ParameterUnit::decibels,
     .minimum = -60.0,
     .maximum = 0.0,
     .standard = -10.0,
     .help = "Where it starts"},
    {.name = "ratio", .minimum = 1.0, .maximum = 100.0, .standard = 2.0, .help = "How much"},
    {.name = "attack",
     .unit = ParameterUnit::seconds,
     .minimum = 0.0001,
     .maximum = 0.5,
     .standard = 0.01,
     .help = "How soon"},
    {.name = "mix",
     .unit = ParameterUnit::percent,
     .minimum = 0.0,
     .maximum = 100.0,
     .standard = 100.0,
     .motion = Motion::per_frame,
     .help = "Wet"},
    {.name = "mode",
     .unit = ParameterUnit::choice,
     .maximum = 2.0,
     .motion = Motion::fixed,
     .help = "Kind of curve",
     .choices = kModes},
    {.name = "active", .unit = ParameterUnit::toggle, .standard = 1.0, .help = "On or off"},
    {.name = "flavour",
     .unit = ParameterUnit::choice,
     .maximum = 2.0,
     .help = "A choice that moves",
     .choices = kModes},
};

inline constexpr ParameterDescription kBandsParameters[] = {
    {.name = "gain", .unit = ParameterUnit::decibels, .minimum = -24.0, .maximum = 24.0, .help = "Output gain"},
};

inline constexpr ParameterDescription kBand[] = {
    {.name = "frequency",
     .unit = ParameterUnit::hertz,
     .minimum = 10.0,
     .maximum = 20000.0,
     .standard = 1000.0,
     .help = "Centre"},
    {.name = "gain", .unit = ParameterUnit::decibels, .minimum = -24.0, .maximum = 24.0, .help = "Gain"},
    {.name = "q", .minimum = 0.1, .maximum = 40.0, .standard = 0.7, .help = "Width"},
};

inline constexpr ParameterDescription kRoomParameters[] = {
    {.name = "file", .unit = ParameterUnit::file, .motion = Motion::fixed, .help = "The response", .required = true},
    {.name = "level",
     .unit = ParameterUnit::decibels,
     .minimum = -60.0,
     .maximum = 12.0,
     .motion = Motion::per_frame,
     .help = "Level"},
};

inline constexpr ParameterDescription kEchoParameters[] = {
    {.name = "time",
     .unit = ParameterUnit::beat_time,
     .minimum = 0.001,
     .maximum = 4.0,
     .standard = 0.5,
     .help = "Time"},
    {.name = "feedback", .unit = ParameterUnit::percent, .maximum = 99.0, .help = "Feedback"},
};

inline constexpr ProcessorDescription kSquash{.name = "squash",
                                              .title = "Squash",
                                              .help = "Makes it smaller",
                                              .behaviour = Behaviour::gain,
                                              .takes_key = true,
                                              .parameters = kSquashParameters};
inline constexpr ProcessorDescription kBands{.name = "bands",
                                             .title = "Bands",
                                             .help = "Equalizer",
                                             .parameters = kBandsParameters,
                                             .group_name = "bands",
                                             .group_maximum = 4,
                                             .group = kBand};
inline constexpr ProcessorDescription kRoom{
    .name = "room", .title = "Room", .help = "Convolves", .parameters = kRoomParameters};
inline constexpr ProcessorDescription kEcho{
    .name = "echo", .title = "Echo", .help = "Repeats", .parameters = kEchoParameters};

inline constexpr const ProcessorDescription* kTable[] = {&kSquash, &kBands, &kRoom, &kEcho};
inline constexpr ProcessorTable kProcessors{kTable};

}  // namespace dubplate::session::test
