using System.Text.Json;

namespace Ganglion.AspNetCore.Oversight;

/// <summary>Which past events a guard is to judge.</summary>
internal sealed record GuardReplayRequest
{
    /// <summary>The channel whose entry is read; else a topic is named.</summary>
    public string? Channel { get; init; }

    public string? Topic { get; init; }

    /// <summary>Which version of the guard; the one that was added last.</summary>
    public string? Version { get; init; }

    /// <summary>A guard that the host does not have: its kind, instead of a version.</summary>
    public string? Kind { get; init; }

    /// <summary>The settings of the kind.</summary>
    public JsonElement? Settings { get; init; }

    /// <summary>Which version it is compared with; the one that the channel's route has, else nobody.</summary>
    public string? Against { get; init; }

    /// <summary>A position; the oldest event.</summary>
    public string? Since { get; init; }

    /// <summary>Whether events are told of which both say the same.</summary>
    public bool All { get; init; }
}
