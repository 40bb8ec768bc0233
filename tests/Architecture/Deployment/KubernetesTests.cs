using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using static Architecture.Deployment.KubernetesFiles;

namespace Architecture.Deployment;

/// <summary>deploy/kubernetes: the processes.</summary>
public sealed class KubernetesTests
{
    private static readonly string Name = Only("Deployment").Text("metadata/name");
    private static readonly JsonNode Container = Containers.Single();

    [Fact]
    public void Every_file_is_applied() => YamlNodes.Read($"{Folder}/kustomization.yaml").Single().Texts("resources").Order()
        .ShouldBe(Directory.EnumerateFiles(Repository.PathOf(Folder)).Select(Path.GetFileName).Where(file => file != "kustomization.yaml").Order());

    [Theory]
    [InlineData("startupProbe", "/healthz")]
    [InlineData("livenessProbe", "/healthz")]
    [InlineData("readinessProbe", "/readyz")]
    public async Task What_is_probed_is_served(string probe, string path)
    {
        await using WebApplication application = WebApplication.CreateSlimBuilder().Build();
        application.MapGanglion();
        IEnumerable<string?> served = ((IEndpointRouteBuilder)application).DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText);

        Container.Text($"{probe}/httpGet/path").ShouldBe(path);
        Container.Text($"{probe}/httpGet/port").ShouldBe(Container.Text("ports/0/name"));
        served.ShouldContain(path);
    }

    [Fact]
    public void The_port_is_the_same_everywhere()
    {
        string port = Container.Text("ports/0/containerPort");

        KubernetesFiles.Environment["ASPNETCORE_HTTP_PORTS"].ShouldBe(port);
        Repository.Read("deploy/Dockerfile").ShouldContain($"EXPOSE {port}\n");
        Only("Service").Text("spec/ports/0/targetPort").ShouldBe(Container.Text("ports/0/name"));
    }

    [Fact]
    public void The_processes_can_write_nothing_and_may_nothing()
    {
        Pod.Text("securityContext/runAsNonRoot").ShouldBe("true");
        Pod.Text("securityContext/runAsUser").ShouldNotBe("0");
        Pod.Text("securityContext/seccompProfile/type").ShouldBe("RuntimeDefault");
        Pod.Text("automountServiceAccountToken").ShouldBe("false");
        Container.Text("securityContext/allowPrivilegeEscalation").ShouldBe("false");
        Container.Text("securityContext/readOnlyRootFilesystem").ShouldBe("true");
        Container.Texts("securityContext/capabilities/drop").ShouldBe(["ALL"]);
    }

    [Fact]
    public void What_the_processes_take_is_limited() =>
        Container.Entries("resources/limits").Keys.ShouldBe(["cpu", "memory"], ignoreOrder: true);

    [Fact]
    public void What_belongs_to_the_processes_finds_them()
    {
        Dictionary<string, string> labels = Only("Deployment").Entries("spec/template/metadata/labels");

        Only("Deployment").Entries("spec/selector/matchLabels").ShouldBe(labels);
        Only("Service").Entries("spec/selector").ShouldBe(labels);
        Only("PodDisruptionBudget").Entries("spec/selector/matchLabels").ShouldBe(labels);
        Only("ScaledObject").Text("spec/scaleTargetRef/name").ShouldBe(Name);
    }

    [Fact]
    public void Every_setting_is_one_that_there_is() => KafkaSettings.Unknown(KubernetesFiles.Environment.Keys).ShouldBeEmpty();

    [Fact]
    public void The_files_that_the_settings_name_are_mounted_from_secrets_that_Strimzi_makes()
    {
        Dictionary<string, string> folders = Container.At("volumeMounts").AsArray().ToDictionary(mount => mount!.Text("mountPath"), mount => mount!.Text("name"));
        string[] files = [.. KubernetesFiles.Environment.Where(one => one.Key.StartsWith("Ganglion__Kafka__Tls__", StringComparison.Ordinal)).Select(one => one.Value)];

        files.Length.ShouldBe(3);
        foreach (string file in files)
        {
            JsonNode secret = Pod.At("volumes").AsArray().Single(volume => volume!.Text("name") == folders[Path.GetDirectoryName(file)!])!.At("secret");
            secret.At("items").AsArray().Select(item => item!.Text("path")).ShouldContain(Path.GetFileName(file));
            SecretsOfStrimzi().ShouldContain(secret.Text("secretName"));
        }
    }

    [Fact]
    public void Whoever_watches_the_lag_has_a_certificate_that_Strimzi_makes()
    {
        JsonNode[] parameters = [.. Only("TriggerAuthentication").At("spec/secretTargetRef").AsArray().OfType<JsonNode>()];

        parameters.Select(one => one.Text("parameter")).ShouldBe(["ca", "cert", "key"]);
        parameters.ShouldAllBe(one => SecretsOfStrimzi().Contains(one.Text("name")));
        Only("ScaledObject").At("spec/triggers").AsArray().ShouldAllBe(
            trigger => trigger!.Text("authenticationRef/name") == Only("TriggerAuthentication").Text("metadata/name"));
    }

    private static IEnumerable<string> SecretsOfStrimzi() =>
        [$"{Only("Kafka").Text("metadata/name")}-cluster-ca-cert", .. All("KafkaUser").Select(user => user.Text("metadata/name"))];
}
