using System.Collections.Concurrent;
using System.Formats.Cbor;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ganglion.Events;

namespace Ganglion.Tests.Events;

/// <summary>A format of its own: CBOR, of which the schema is told where the data goes to.</summary>
internal sealed class CborSerializer : IDataSerializer
{
    public const string ContentType = "application/cbor";

    private static readonly JsonSerializerOptions Json = new EventDataOptions().Json;

    public IReadOnlyCollection<string> ContentTypes => [ContentType];

    /// <summary>The channels of what was read.</summary>
    public ConcurrentQueue<string?> Channels { get; } = new();

    public static byte[] Encode(object data)
    {
        var writer = new CborWriter();
        Write(writer, JsonSerializer.SerializeToNode(data, Json));
        return writer.Encode();
    }

    public object? Read(ReadOnlyMemory<byte> data, Type type, CloudEvent cloudEvent, string? channel)
    {
        Channels.Enqueue(channel);
        return Read(new CborReader(data)).Deserialize(type, Json);
    }

    public EventData Write(object data, Type type, string? channel) =>
        new(Encode(data), $"{ContentType}; kind={type.Name.ToLowerInvariant()}", $"urn:schemas:{channel ?? "reply"}");

    private static JsonNode? Read(CborReader reader)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.StartMap:
                var map = new JsonObject();
                for (int? left = reader.ReadStartMap(); left > 0; left--)
                {
                    map[reader.ReadTextString()] = Read(reader);
                }

                reader.ReadEndMap();
                return map;
            case CborReaderState.TextString:
                return reader.ReadTextString();
            case CborReaderState.DoublePrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.HalfPrecisionFloat:
                return reader.ReadDouble();
            case CborReaderState.Null:
                reader.ReadNull();
                return null;
            default:
                throw new CborContentException($"There is a {reader.PeekState()}.");
        }
    }

    private static void Write(CborWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                writer.WriteStartMap(map.Count);
                foreach ((string name, JsonNode? value) in map)
                {
                    writer.WriteTextString(name);
                    Write(writer, value);
                }

                writer.WriteEndMap();
                break;
            case null:
                writer.WriteNull();
                break;
            default:
                if (node.GetValueKind() == JsonValueKind.String)
                {
                    writer.WriteTextString(node.GetValue<string>());
                }
                else
                {
                    writer.WriteDouble(double.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture));
                }

                break;
        }
    }
}
