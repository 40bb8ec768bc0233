using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Ganglion.AspNetCore.OpenApi;
using Ganglion.AspNetCore.Requests;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.AspNetCore.Tests.OpenApi;

public sealed partial class OpenApiDocumentTests
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    [Fact]
    public async Task The_document_describes_exactly_the_endpoints_that_are_mapped()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        IEnumerable<string> mapped =
            from endpoint in host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods
            where methods is not null
            select $"{methods[0].ToLowerInvariant()} {endpoint.RoutePattern.RawText}";
        IEnumerable<string> described =
            from path in OpenApiEndpoint.Load()["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            where Methods.Contains(operation.Key)
            select $"{operation.Key} {path.Key}";

        described.Order(StringComparer.Ordinal).ShouldBe(mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_schemas_have_the_members_of_the_types_that_are_sent()
    {
        JsonObject schemas = OpenApiEndpoint.Load()["components"]!["schemas"]!.AsObject();
        var types = new Dictionary<string, JsonTypeInfo>();
        foreach (string name in schemas.Select(schema => schema.Key))
        {
            if (typeof(ApiRequest).Assembly.GetTypes().FirstOrDefault(type => type.Name == name) is { } type
                && ApiJson.Wire.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info)
            {
                types[name] = info;
            }
        }

        types.Count.ShouldBeGreaterThan(15);
        foreach ((string name, JsonTypeInfo type) in types)
        {
            schemas[name]!["properties"]!.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal)
                .ShouldBe(type.Properties.Select(property => property.Name).Order(StringComparer.Ordinal), name);
        }
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        JsonObject document = OpenApiEndpoint.Load();

        foreach (Match reference in Reference().Matches(document.ToJsonString()))
        {
            JsonNode? node = document;
            foreach (string part in reference.Groups["path"].Value.Split('/'))
            {
                node = node?[part];
            }

            node.ShouldNotBeNull(reference.Value);
        }
    }

    [Fact]
    public void Every_parameter_of_a_path_is_described()
    {
        foreach ((string path, JsonNode? item) in OpenApiEndpoint.Load()["paths"]!.AsObject())
        {
            string[] wanted = [.. PathParameter().Matches(path).Select(match => match.Groups["name"].Value)];
            string[] described =
            [
                .. (item!["parameters"] as JsonArray ?? []).Select(parameter =>
                    parameter!["name"]?.GetValue<string>() ?? parameter["$ref"]!.GetValue<string>().Split('/')[^1]),
            ];
            described.ShouldBe(wanted, path);
        }
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("/api", "/api")]
    public async Task The_document_names_the_prefix_under_which_it_is_served(string prefix, string url)
    {
        await using ApiHost host = await ApiHost.StartAsync(prefix: prefix);

        using HttpResponseMessage response = await host.GetAsync(prefix + "/openapi.json");

        JsonElement document = await response.ReadJsonAsync(System.Net.HttpStatusCode.OK);
        response.Content.Headers.ContentType.ShouldBe(MediaTypeHeaderValue.Parse("application/json; charset=utf-8"));
        document.GetProperty("servers")[0].GetProperty("url").GetString().ShouldBe(url);
    }

    [GeneratedRegex("\"\\$ref\":\"#/(?<path>[^\"]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\{(?<name>\w+)\}")]
    private static partial Regex PathParameter();
}
