using System.Text.Json.Serialization;
using Ganglion.Kafka.Tests.Foreign;

namespace Ganglion.Kafka.Tests.Clients;

/// <summary>What a client writes in a transaction, and how it ends it.</summary>
public sealed record ClientTransaction(
    [property: JsonPropertyName("records")] IReadOnlyList<ForeignRecord> Records, [property: JsonPropertyName("commits")] bool Commits);
