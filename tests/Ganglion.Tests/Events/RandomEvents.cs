using System.Text;
using Ganglion.Events;

namespace Ganglion.Tests.Events;

/// <summary>Makes events of every shape, the same for the same seed.</summary>
internal sealed class RandomEvents(int seed)
{
    private static readonly string[] ContentTypes =
        ["application/json", "application/json; version=2.1", "application/x+json", "text/plain", "text/csv; charset=utf-8", "image/png"];

    private static readonly string[] Json =
        ["{}", "[1, 2.50, -3e9]", "\"text\\u00fc\"", "{\"a\":{\"b\":[null,true]}}", "42", "null", "{\"broken\":", "", "[ ]"];

    private readonly Random _random = new(seed);

    public CloudEvent Next() => new()
    {
        Id = Text(),
        Source = Text(),
        Type = Text(),
        Time = Maybe() ? new DateTimeOffset(_random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero) : null,
        Subject = MaybeText(),
        DataSchema = MaybeText(),
        CorrelationId = MaybeText(),
        CausationId = MaybeText(),
        PartitionKey = MaybeText(),
        SessionId = MaybeText(),
        TraceParent = MaybeText(),
        TraceState = MaybeText(),
        Extensions = Enumerable.Range(0, Maybe() ? 0 : _random.Next(6)).ToDictionary(i => "x" + i, _ => Maybe() ? Text() : ""),
        DataContentType = ContentTypes[_random.Next(ContentTypes.Length)],
        Data = _random.Next(4) switch
        {
            0 => (ReadOnlyMemory<byte>?)null,
            1 => Bytes(),
            2 => Encoding.UTF8.GetBytes(Text()),
            _ => Encoding.UTF8.GetBytes(Json[_random.Next(Json.Length)]),
        },
    };

    public byte[] Bytes()
    {
        byte[] bytes = new byte[_random.Next(200)];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>The same bytes with some of them changed, inserted or cut off.</summary>
    public byte[] Damage(ReadOnlySpan<byte> bytes)
    {
        List<byte> damaged = [.. bytes];
        for (int i = _random.Next(1, 4); i > 0 && damaged.Count > 0; i--)
        {
            int place = _random.Next(damaged.Count);
            switch (_random.Next(4))
            {
                case 0:
                    damaged[place] = (byte)_random.Next(256);
                    break;
                case 1:
                    damaged.Insert(place, "{}[]\",:\\0"u8[_random.Next(9)]);
                    break;
                case 2:
                    damaged.RemoveAt(place);
                    break;
                default:
                    damaged.RemoveRange(place, damaged.Count - place);
                    break;
            }
        }

        return [.. damaged];
    }

    private bool Maybe() => _random.Next(2) == 0;

    private string? MaybeText() => Maybe() ? Text() : null;

    // Never a space at either end: around data that is JSON, a structured event does not keep it.
    private string Text()
    {
        var text = new StringBuilder("<");
        for (int i = _random.Next(30); i > 0; i--)
        {
            int rune = _random.Next(4) switch
            {
                0 => _random.Next(0xA0, 0x2000),
                1 => _random.Next(0x10000, 0x1F000),
                _ => _random.Next(' ', '~' + 1),
            };
            text.Append(new Rune(rune).ToString());
        }

        return text.Append('>').ToString();
    }
}
