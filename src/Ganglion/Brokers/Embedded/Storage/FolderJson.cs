using System.Text.Json.Serialization;
using Ganglion.Brokers.Embedded.Producers;

namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>The content of <c>ganglion.json</c>.</summary>
internal sealed record FolderFormat(int Version);

/// <summary>The content of <c>topic.json</c>.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="Id">Tells it from a later one of the same name.</param>
/// <param name="Settings">What is in force, every property set.</param>
/// <param name="WasCompacted">Whether it has ever been compacted: then offsets are missing, whatever its settings say now.</param>
internal sealed record TopicFile(string Name, Guid Id, TopicSettings Settings, bool WasCompacted = false)
{
    /// <summary>Whether offsets may be missing, for they were compacted away.</summary>
    public bool MayHaveGaps() => WasCompacted || Settings.Cleanup!.Value.HasFlag(CleanupPolicy.Compact);

    /// <summary>The same topic with other settings.</summary>
    public TopicFile With(TopicSettings settings) => this with { Settings = settings, WasCompacted = MayHaveGaps() };
}

/// <summary>The content of <c>start.json</c>: where the log of a partition begins, if no segment says so.</summary>
internal sealed record LogStart(long Offset);

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FolderFormat))]
[JsonSerializable(typeof(TopicFile))]
[JsonSerializable(typeof(LogStart))]
[JsonSerializable(typeof(ProducerSnapshot))]
internal sealed partial class FolderJson : JsonSerializerContext;
