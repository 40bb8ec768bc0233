using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.State;

namespace Ganglion.Agents;

/// <summary>What an instance of an agent remembers, or did at an earlier point of its log.</summary>
public sealed class AgentState
{
    private readonly StoredState _stored;
    private readonly StateSerializer _serializer;

    internal AgentState(AgentId instance, StoredState stored, TopicPartitionOffset position, DateTimeOffset time, StateSerializer serializer)
    {
        _stored = stored;
        _serializer = serializer;
        Instance = instance;
        Position = position;
        Time = time;
    }

    /// <summary>The instance.</summary>
    public AgentId Instance { get; }

    /// <summary>How many times the state was changed or set since it began, this included.</summary>
    public long Version => _stored.Version;

    /// <summary>How many changes have come since the newest whole value.</summary>
    public int Changes => _stored.Changes.Count;

    /// <summary>About how many bytes it takes.</summary>
    public int Bytes => _stored.Bytes;

    /// <summary>Where the newest record lies that it consists of.</summary>
    public TopicPartitionOffset Position { get; }

    /// <summary>When it became so.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Reads the state as a type: its newest whole value, and the changes since.</summary>
    /// <typeparam name="TState">The type, as with <see cref="AgentContext.GetState{TState}"/>.</typeparam>
    /// <exception cref="EventDataException">Its value or a change cannot be read.</exception>
    /// <exception cref="StateException">The type does not take a change.</exception>
    public TState Read<TState>()
        where TState : notnull => _serializer.Read<TState>(_stored, Position.ToString());

    /// <summary>
    /// Writes a JSON object: <c>agent</c>, <c>key</c>, <c>version</c>, <c>offset</c>, <c>time</c>, the whole value as <c>contenttype</c> and
    /// <c>data</c> (or <c>data_base64</c>), and <c>changes</c>, each with its <c>name</c>. It is a line of an export.
    /// </summary>
    /// <param name="writer">Where to.</param>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("agent"u8, Instance.Type.Name);
        writer.WriteString("key"u8, Instance.Key);
        writer.WriteNumber("version"u8, Version);
        writer.WriteNumber("offset"u8, Position.Offset);
        writer.WriteString("time"u8, Time);
        StoredStateJson.Write(writer, _stored);
        writer.WriteEndObject();
    }
}
