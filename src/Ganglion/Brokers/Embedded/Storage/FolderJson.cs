using System.Text.Json.Serialization;
using Ganglion.Brokers.Embedded.Producers;

namespace Ganglion.Brokers.Embedded.Storage;

/// <summary>The content of <c>ganglion.json</c>.</summary>
internal sealed record FolderFormat(int Version);

/// <summary>The content of <c>topic.json</c>.</summary>
internal sealed record TopicFile(string Name, Guid Id, TopicSettings Settings);

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FolderFormat))]
[JsonSerializable(typeof(TopicFile))]
[JsonSerializable(typeof(ProducerSnapshot))]
internal sealed partial class FolderJson : JsonSerializerContext;
