using System.Reflection;
using Ganglion.AspNetCore;
using Ganglion.Brokers;
using Ganglion.Kafka;
using Ganglion.Mcp;
using Ganglion.Testing;

namespace Architecture.PublicApi;

/// <summary>
/// What others can build upon is written down, a text file for each assembly: a change of it is a decision that a reader of the
/// change sees.
/// </summary>
public sealed class PublicApiTests
{
    private const string Update = "UPDATE_PUBLIC_API";

    public static TheoryData<string> Assemblies => [.. Listed.Select(static assembly => assembly.GetName().Name!)];

    private static Assembly[] Listed { get; } =
    [
        typeof(IEventBroker).Assembly, typeof(GanglionApiOptions).Assembly, typeof(NativeClientException).Assembly, typeof(McpToolCatalog).Assembly,
        typeof(FaultInjection).Assembly,
    ];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_public_surface_is_the_one_that_is_written_down(string name)
    {
        string path = Repository.PathOf($"src/{name}/PublicAPI.txt");
        string actual = Describe(Listed.Single(assembly => assembly.GetName().Name == name));
        if (Environment.GetEnvironmentVariable(Update) is "1")
        {
            File.WriteAllText(path, actual);
        }

        string written = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        string[] difference =
        [
            .. written.Split('\n').Except(actual.Split('\n')).Select(static line => "- " + line),
            .. actual.Split('\n').Except(written.Split('\n')).Select(static line => "+ " + line),
        ];
        written.ShouldBe(
            actual,
            $"{string.Join('\n', difference)}\n\nIf src/{name}/PublicAPI.txt is to change, run this test once with {Update}=1 and commit the file.");
    }

    private static string Describe(Assembly assembly)
    {
        IEnumerable<string> namespaces =
            from type in assembly.GetExportedTypes()
            orderby type.FullName!.Split('`')[0]
            group type by type.Namespace into types
            orderby types.Key
            select $"namespace {types.Key}\n\n" + string.Join("\n\n", types.Select(type => string.Join('\n', TypeListing.Of(type))));
        return string.Join("\n\n", namespaces) + "\n";
    }
}
