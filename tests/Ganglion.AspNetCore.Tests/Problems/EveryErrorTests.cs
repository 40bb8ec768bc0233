using System.Text.Json;
using System.Text.RegularExpressions;
using Ganglion.AspNetCore.OpenApi;

namespace Ganglion.AspNetCore.Tests.Problems;

/// <summary>Whatever is asked of whichever resource: it is answered, or refused with a problem.</summary>
public sealed partial class EveryErrorTests
{
    private static readonly string[] Names =
    [
        "t", "missing", "no%20spaces", "%2e%2e", "%C3%BC", "%01", "a%2Fb", "__consumer_offsets", "0", "-1", "99999999999999999999",
        new('x', 300),
    ];

    private static readonly string[] Queries =
    [
        "", "?from=&offset=&to=&limit=&wait=&topic=&partition=", "?from=x&offset=x&to=x&limit=x&wait=x&topic=x&partition=x",
        "?limit=-1&partition=9&topic=t&to=latest", "?%00=%FF",
    ];

    private static readonly string[] Bodies =
    [
        "", "{", "null", "[]", "\"\"", """{"a":1}""", """{"name":{}}""", """{"topic":"t","to":{}}""", """{"records":[null]}""",
        """{"offsets":[{}]}""", Nested("["), Nested("{\"a\":"), "\0\uFFFF",
    ];

    private static readonly string[] ContentTypes =
    [
        "application/json", "application/cloudevents+json", "application/cloudevents-batch+json", "application/cloudevents+xml",
        "text/plain; charset=none",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Paths() => [.. OpenApiEndpoint.Load()["paths"]!.AsObject().Select(path => path.Key)];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Every_error_is_a_problem(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync(configure: options => options.AnswerUnknownPaths = true);
        await host.AppendAsync("t", "1");

        foreach (string name in Parameter().IsMatch(path) ? Names : Names[..1])
        {
            string resource = Parameter().Replace(path, name);
            foreach (string query in Queries)
            {
                await AskAsync(host, HttpMethod.Get, resource + query);
            }

            foreach (HttpMethod method in (HttpMethod[])[HttpMethod.Delete, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Options, new("BREW")])
            {
                await AskAsync(host, method, resource);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Every_refusal_of_a_body_is_a_problem(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1");
        string resource = Parameter().Replace(path, "t").Replace("partitions/t", "partitions/0", StringComparison.Ordinal);

        foreach (string body in Bodies)
        {
            foreach (string contentType in ContentTypes)
            {
                using HttpResponseMessage response = await host.PostAsync(resource, body, contentType);
                await CheckAsync(response, $"POST {resource} {contentType} {body[..Math.Min(body.Length, 30)]}");
            }
        }
    }

    private static async Task AskAsync(ApiHost host, HttpMethod method, string resource)
    {
        using var request = new HttpRequestMessage(method, resource);
        using HttpResponseMessage response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        await CheckAsync(response, $"{method} {resource}");
    }

    private static async Task CheckAsync(HttpResponseMessage response, string request)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        ((int)response.StatusCode).ShouldBeLessThan(500, request);
        string body = await response.Content.ReadAsStringAsync(Cancelled);
        body.ShouldNotBeEmpty(request);
        string code = JsonDocument.Parse(body).RootElement.GetProperty("code").GetString()!;
        await response.ShouldBeProblemAsync(response.StatusCode, code);
    }

    private static string Nested(string open) => string.Concat(Enumerable.Repeat(open, 5_000));

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
