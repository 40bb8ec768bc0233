using System.Text.Json.Nodes;

namespace Architecture.Deployment;

/// <summary>The resources of deploy/kubernetes.</summary>
internal static class KubernetesFiles
{
    public const string Folder = "deploy/kubernetes";

    public static IReadOnlyList<JsonNode> Resources { get; } =
    [
        .. Repository.FilesIn(Folder, "*.yaml").Where(file => !file.Path.EndsWith("kustomization.yaml", StringComparison.Ordinal)).SelectMany(file => YamlNodes.Read(file.Path)),
    ];

    public static JsonNode Pod { get; } = Only("Deployment").At("spec/template/spec");

    public static IReadOnlyList<JsonNode> Containers { get; } = [.. Pod.At("containers").AsArray().OfType<JsonNode>()];

    /// <summary>The variables of the container's environment.</summary>
    public static Dictionary<string, string> Environment { get; } =
        Containers.Single().At("env").AsArray().ToDictionary(one => one!.Text("name"), one => one!.Text("value"));

    public static IEnumerable<JsonNode> All(string kind) => Resources.Where(resource => resource.Text("kind") == kind);

    public static JsonNode Only(string kind) => All(kind).Single();

    public static JsonNode Named(string kind, string name) => All(kind).Single(resource => resource.Text("metadata/name") == name);
}
