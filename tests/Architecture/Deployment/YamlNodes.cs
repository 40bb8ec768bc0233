using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Architecture.Deployment;

/// <summary>YAML as nodes of JSON, whose values are all text.</summary>
internal static class YamlNodes
{
    /// <summary>The documents of a file of this repository.</summary>
    public static IReadOnlyList<JsonNode> Read(string path)
    {
        IDeserializer yaml = new DeserializerBuilder().Build();
        ISerializer json = new SerializerBuilder().JsonCompatible().Build();
        var documents = new List<JsonNode>();
        var parser = new Parser(new StringReader(Repository.Read(path)));
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            documents.Add(JsonNode.Parse(json.Serialize(yaml.Deserialize<object>(parser)))!);
        }

        return documents;
    }

    /// <summary>What lies at a path such as <c>spec/containers/0</c>.</summary>
    public static JsonNode At(this JsonNode node, string path) =>
        node.Find(path) ?? throw new KeyNotFoundException($"There is nothing at '{path}' in {node.ToJsonString()}");

    /// <summary>What lies at a path; <see langword="null"/> if there is nothing.</summary>
    public static JsonNode? Find(this JsonNode node, string path) => path.Split('/').Aggregate<string, JsonNode?>(
        node, (at, step) => at is JsonArray list ? list[int.Parse(step, CultureInfo.InvariantCulture)] : at?[step]);

    public static string Text(this JsonNode node, string path) => node.At(path).GetValue<string>();

    public static string[] Texts(this JsonNode node, string path) => [.. node.At(path).AsArray().Select(one => one!.GetValue<string>())];

    /// <summary>The names and values of a mapping.</summary>
    public static Dictionary<string, string> Entries(this JsonNode node, string path) =>
        node.At(path).AsObject().ToDictionary(one => one.Key, one => one.Value!.GetValue<string>());
}
