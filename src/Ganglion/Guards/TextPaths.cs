using System.Globalization;
using System.Text;

namespace Ganglion.Guards;

/// <summary>Places in the JSON of events whose texts are judged, and changed. What lies elsewhere is not looked at, and stays as it is.</summary>
public sealed class TextPaths
{
    private const string Any = "*";

    private TextPaths(IReadOnlyList<string> paths, bool hasNames = false)
    {
        Paths = paths;
        HasNames = hasNames;
        Segments = [.. paths.Select(path => SegmentsOf(path).Select(segment => new Segment(segment)).ToArray())];
    }

    /// <summary>Everywhere.</summary>
    public static TextPaths All { get; } = new([]);

    /// <summary>The places as they were given; none means everywhere.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Whether the names of properties within the places count as text, too. Default: they do not.</summary>
    public bool HasNames { get; }

    /// <summary>The segments of each path.</summary>
    internal Segment[][] Segments { get; }

    /// <summary>Reads places.</summary>
    /// <param name="paths">
    /// Each a dotted path such as <c>message.text</c> or a JSON pointer (RFC 6901) such as <c>/message/text</c>. <c>*</c> stands for any name and any
    /// place in a list, a number for a place in a list. What lies there counts with all that is within it. None means everywhere.
    /// </param>
    /// <exception cref="FormatException">One of them is none.</exception>
    public static TextPaths Parse(params IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return paths.Count == 0 ? All : new TextPaths([.. paths]);
    }

    /// <summary>The same places, with the names of the properties within them.</summary>
    public TextPaths WithNames() => new(Paths, hasNames: true);

    private static string[] SegmentsOf(string path)
    {
        string[] segments = path switch
        {
            "" or "." or "/" => [],
            ['/', ..] => [.. path[1..].Split('/').Select(segment => segment.Replace("~1", "/").Replace("~0", "~"))],
            _ => path.Split('.'),
        };
        return segments.Length is > 0 and <= GuardedText.Deepest && !segments.Contains("")
            ? segments
            : throw new FormatException($"'{path}' names no place in JSON: write names with dots between them, such as message.text, or a JSON pointer.");
    }

    /// <summary>A name, a place in a list, or any.</summary>
    internal readonly struct Segment(string text)
    {
        private readonly byte[] _name = Encoding.UTF8.GetBytes(text);
        private readonly int _index = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : -1;

        public bool IsAny { get; } = text == Any;

        public ReadOnlySpan<byte> Name => _name;

        public bool Is(int index) => IsAny || _index == index;
    }
}
