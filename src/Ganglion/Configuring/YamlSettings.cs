using System.Buffers;
using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Ganglion.Configuring;

/// <summary>YAML as the JSON that it stands for (YAML 1.2.2, section 10.2, "JSON Schema", with the words of the core schema).</summary>
internal static class YamlSettings
{
    // What is written once and used by its name many times over may become more than anybody can hold.
    private const int MostNodes = 1_000_000;
    private const int Deepest = 64;

    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("0123456789+-.eE");

    /// <summary>Reads one document.</summary>
    /// <exception cref="FormatException">It is no YAML, or stands for no JSON.</exception>
    public static JsonElement Read(string yaml)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException broken)
        {
            throw new FormatException($"line {broken.Start.Line}: {broken.Message}", broken);
        }

        if (stream.Documents.Count > 1)
        {
            throw new FormatException("it has several documents: write one.");
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            int nodes = 0;
            if (stream.Documents is [var document])
            {
                Write(writer, document.RootNode, ref nodes, depth: 0);
            }
            else
            {
                writer.WriteNullValue();
            }
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, YamlNode node, ref int nodes, int depth)
    {
        if (++nodes > MostNodes || depth > Deepest)
        {
            throw new FormatException($"line {node.Start.Line}: more than {MostNodes} values, or deeper than {Deepest}.");
        }

        switch (node)
        {
            case YamlMappingNode mapping:
                writer.WriteStartObject();
                foreach ((YamlNode key, YamlNode value) in mapping.Children)
                {
                    writer.WritePropertyName(key is YamlScalarNode { Value: { } name }
                        ? name
                        : throw new FormatException($"line {key.Start.Line}: a key is not a text."));
                    Write(writer, value, ref nodes, depth + 1);
                }

                writer.WriteEndObject();
                break;
            case YamlSequenceNode sequence:
                writer.WriteStartArray();
                foreach (YamlNode item in sequence.Children)
                {
                    Write(writer, item, ref nodes, depth + 1);
                }

                writer.WriteEndArray();
                break;
            case YamlScalarNode scalar:
                Write(writer, scalar);
                break;
            default:
                throw new FormatException($"line {node.Start.Line}: it means nothing in JSON.");
        }
    }

    private static void Write(Utf8JsonWriter writer, YamlScalarNode scalar)
    {
        string text = scalar.Value ?? "";
        switch (text)
        {
            case var _ when scalar.Style != ScalarStyle.Plain:
                writer.WriteStringValue(text);
                break;
            case "" or "~" or "null" or "Null" or "NULL":
                writer.WriteNullValue();
                break;
            case "true" or "True" or "TRUE":
                writer.WriteBooleanValue(true);
                break;
            case "false" or "False" or "FALSE":
                writer.WriteBooleanValue(false);
                break;
            case var _ when !LooksLikeNumber(text):
                writer.WriteStringValue(text);
                break;
            case var _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole):
                writer.WriteNumberValue(whole);
                break;
            case var _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteStringValue(text);
                break;
        }
    }

    // Neither a date nor a word such as Infinity.
    private static bool LooksLikeNumber(string text) => text.AsSpan().ContainsAnyInRange('0', '9') && !text.AsSpan().ContainsAnyExcept(OfNumbers);
}
