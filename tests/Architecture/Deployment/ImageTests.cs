using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Architecture.Deployment;

/// <summary>deploy/Dockerfile, and the images that the other files name.</summary>
public sealed partial class ImageTests
{
    private static readonly string Dockerfile = Repository.Read("deploy/Dockerfile");
    private static readonly JsonNode Compose = YamlNodes.Read("deploy/compose.yaml").Single();
    private static readonly string Own = $"ganglion-invoices:{Version().Match(Repository.Read("Directory.Build.props")).Groups["version"].Value}";

    [Fact]
    public void Every_image_is_of_a_version_that_is_written_down()
    {
        string[] images =
        [
            .. From().Matches(Dockerfile).Select(from => from.Groups["image"].Value),
            .. Compose.At("services").AsObject().Select(service => service.Value!.Text("image")),
            .. KubernetesFiles.Containers.Select(container => container.Text("image")),
        ];

        images.Length.ShouldBeGreaterThan(5);
        images.ShouldAllBe(image => Pinned().IsMatch(image));
    }

    [Fact]
    public void The_image_of_the_sample_has_the_version_of_the_packages()
    {
        Compose.Text("services/app/image").ShouldBe(Own);
        KubernetesFiles.Containers.Select(container => container.Text("image")).ShouldBe([Own]);
        JsonNode pushed = YamlNodes.Read("deploy/kubernetes/kustomization.yaml").Single().At("images/0");
        $"{pushed.Text("name")}:{pushed.Text("newTag")}".ShouldBe(Own);
        Dockerfile.ShouldContain($"--tag {Own} ");
    }

    [Fact]
    public void The_image_has_no_shell_and_is_not_root()
    {
        From().Matches(Dockerfile)[^1].Groups["image"].Value.ShouldEndWith("-chiseled");
        Dockerfile.ShouldContain("\nUSER $APP_UID\n");
        Dockerfile.ShouldContain("\nENTRYPOINT [\"dotnet\", \"InvoiceApproval.dll\"]\n");
    }

    [Fact]
    public void The_image_is_not_built_without_the_native_client() => Dockerfile.ShouldContain("-p:PruneLibrdkafka=false");

    [Fact]
    public void All_that_the_sample_is_built_from_is_in_the_context_of_the_build()
    {
        string[] context = [.. Repository.Read("deploy/Dockerfile.dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..])];
        string[] needed =
        [
            "samples/InvoiceApproval", "global.json", ".editorconfig", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
            .. Projects().Matches(Repository.Read("samples/InvoiceApproval/InvoiceApproval.csproj")).Select(project => project.Groups["folder"].Value),
            .. Files().Matches(Repository.Read("Directory.Build.props")).Select(file => file.Groups["path"].Value),
        ];

        needed.Length.ShouldBeGreaterThan(8);
        needed.ShouldAllBe(path => context.Any(one => path == one || path.StartsWith(one.TrimEnd('*'), StringComparison.Ordinal)));
    }

    [GeneratedRegex("<Version>(?<version>.+)</Version>")]
    private static partial Regex Version();

    [GeneratedRegex(@"^FROM (--\S+ )?(?<image>\S+)", RegexOptions.Multiline)]
    private static partial Regex From();

    // A tag with a number in it.
    [GeneratedRegex(@":v?\d+\.\d+[\w.-]*$")]
    private static partial Regex Pinned();

    [GeneratedRegex("ProjectReference Include=\"../../(?<folder>src/[^/]+)/")]
    private static partial Regex Projects();

    [GeneratedRegex(@"\$\(MSBuildThisFileDirectory\)(?<path>[\w./]+\.\w+)""")]
    private static partial Regex Files();
}
