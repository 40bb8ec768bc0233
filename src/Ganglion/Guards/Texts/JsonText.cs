using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ganglion.Guards.Texts;

/// <summary>Finds the texts in JSON, and writes others in their places.</summary>
internal static class JsonText
{
    private const int FewestDigits = 12;
    private const int Quotes = 2;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = GuardedText.Deepest };

    /// <summary>Finds the texts.</summary>
    /// <exception cref="GuardException">It is no JSON, or there is no text in what should be one.</exception>
    public static TextPart[] Read(ReadOnlyMemory<byte> data, TextPaths paths)
    {
        ReadOnlySpan<byte> json = data.Span;
        int start = json.StartsWith("\uFEFF"u8) ? 3 : 0;
        char[] characters = ArrayPool<char>.Shared.Rent(json.Length);
        try
        {
            var places = new List<(int Start, int Length, int CharacterStart, int CharacterLength, bool IsNumber)>();
            var reader = new Utf8JsonReader(json[start..], Options);
            Span<int> matched = stackalloc int[paths.Segments.Length <= 64 ? paths.Segments.Length : 0];
            var selection = new Selection(paths.Segments, matched.Length == paths.Segments.Length ? matched : new int[paths.Segments.Length], stackalloc int[GuardedText.Deepest + 1]);
            int used = 0;
            while (reader.Read())
            {
                bool selected = selection.Take(reader);
                if (!selected)
                {
                    continue;
                }

                if (reader.TokenType == JsonTokenType.PropertyName && !paths.HasNames)
                {
                    continue;
                }

                bool isNumber = reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length >= FewestDigits;
                if (isNumber || reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    int length = isNumber ? Encoding.ASCII.GetChars(reader.ValueSpan, characters.AsSpan(used)) : reader.CopyString(characters.AsSpan(used));
                    places.Add((start + (int)reader.TokenStartIndex, reader.ValueSpan.Length + (isNumber ? 0 : Quotes), used, length, isNumber));
                    used += length;
                }
            }

            char[] kept = characters.AsSpan(0, used).ToArray();
            var parts = new TextPart[places.Count];
            for (int i = 0; i < parts.Length; i++)
            {
                var place = places[i];
                parts[i] = new TextPart(kept.AsMemory(place.CharacterStart, place.CharacterLength), place.Start, place.Length, place.IsNumber);
            }

            return parts;
        }
        catch (JsonException broken)
        {
            // Its message tells where, and may tell a character of the data.
            throw new GuardException("guard-data-unreadable", $"The data is no JSON, or nested deeper than {GuardedText.Deepest} (byte {broken.BytePositionInLine} of line {broken.LineNumber}).");
        }
        catch (InvalidOperationException broken)
        {
            throw new GuardException("guard-data-unreadable", "A text in the JSON is broken UTF-8, or has half of a surrogate pair.", broken);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }

    /// <summary>The same JSON with some texts changed.</summary>
    public static byte[] Rewrite(ReadOnlySpan<byte> json, TextPart[] parts, string?[] changes)
    {
        var output = new ArrayBufferWriter<byte>(json.Length + 64);
        int copied = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            if (changes[i] is { } text)
            {
                output.Write(json[copied..parts[i].Start]);
                output.Write("\""u8);
                output.Write(JsonEncodedText.Encode(WellFormed(text), JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
                output.Write("\""u8);
                copied = parts[i].Start + parts[i].Length;
            }
        }

        output.Write(json[copied..]);
        return output.WrittenSpan.ToArray();
    }

    // A guard may have cut a pair of surrogates in two.
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>Follows the reader, and knows whether the value that it stands at lies in one of the places.</summary>
    private ref struct Selection(TextPaths.Segment[][] paths, Span<int> matched, Span<int> indexes)
    {
        private readonly TextPaths.Segment[][] _paths = paths;

        // How many of each path's segments the way to the current value fits, from the root on without a gap.
        private readonly Span<int> _matched = matched;

        // The place of the next item at each depth; negative in an object.
        private readonly Span<int> _indexes = indexes;

        /// <summary>Takes one token.</summary>
        /// <returns>Whether it is a value in one of the places, the beginning of one, or a name within.</returns>
        public bool Take(in Utf8JsonReader reader)
        {
            if (_paths.Length == 0)
            {
                return true;
            }

            int depth = reader.CurrentDepth;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    EnterName(depth - 1, reader);
                    return IsWithin(depth - 1);
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    return false;
            }

            if (depth > 0 && _indexes[depth - 1] >= 0)
            {
                EnterItem(depth - 1, _indexes[depth - 1]++);
            }

            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                _indexes[depth] = reader.TokenType == JsonTokenType.StartArray ? 0 : -1;
            }

            return IsWithin(int.MaxValue);
        }

        private readonly bool IsWithin(int level)
        {
            for (int i = 0; i < _paths.Length; i++)
            {
                if (_matched[i] == _paths[i].Length && _matched[i] <= level)
                {
                    return true;
                }
            }

            return false;
        }

        private readonly void EnterName(int level, in Utf8JsonReader reader)
        {
            for (int i = 0; i < _paths.Length; i++)
            {
                if (Reaches(i, level) && (_paths[i][level].IsAny || reader.ValueTextEquals(_paths[i][level].Name)))
                {
                    _matched[i] = level + 1;
                }
            }
        }

        private readonly void EnterItem(int level, int index)
        {
            for (int i = 0; i < _paths.Length; i++)
            {
                if (Reaches(i, level) && _paths[i][level].Is(index))
                {
                    _matched[i] = level + 1;
                }
            }
        }

        // What was matched deeper, or here in an earlier sibling, is left behind.
        private readonly bool Reaches(int path, int level)
        {
            _matched[path] = Math.Min(_matched[path], level);
            return _matched[path] == level && level < _paths[path].Length;
        }
    }
}
