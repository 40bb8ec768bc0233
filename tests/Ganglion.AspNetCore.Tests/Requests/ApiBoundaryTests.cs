using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ganglion.Brokers;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.AspNetCore.Tests.Requests;

public sealed class ApiBoundaryTests
{
    [Theory]
    [InlineData("/topics/a/b/c")]
    [InlineData("/groups/a/b/c")]
    public async Task An_unknown_path_is_a_problem_like_any_other(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.GetAsync(path);

        (await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "resource-not-found"))
            .GetProperty("instance").GetString().ShouldBe(path);
    }

    [Theory]
    [InlineData("/topics")]
    [InlineData("/topics/t/partitions/0/records")]
    [InlineData("/topics/unknown")]
    [InlineData("/openapi.json")]
    public async Task An_answer_ends_its_line(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "v");

        using HttpResponseMessage response = await host.GetAsync(path);

        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        body.ShouldEndWith("}\n");
        body.Count(character => character == '\n').ShouldBe(1);
    }

    [Fact]
    public async Task Options_that_cannot_work_are_refused_all_at_once()
    {
        ArgumentException refused = await Should.ThrowAsync<ArgumentException>(() => ApiHost.StartAsync(configure: options =>
        {
            options.MaxBodyBytes = 0;
            options.MaxWait = TimeSpan.FromSeconds(-1);
            options.KeepAlive = TimeSpan.Zero;
            options.AllowedOrigins.Add("https://console.example.org/");
        }));

        foreach (string option in new[] { "MaxBodyBytes", "MaxWait", "KeepAlive", "AllowedOrigins" })
        {
            refused.Message.ShouldContain(option);
        }
    }

    [Fact]
    public async Task Everything_below_a_prefix_is_the_APIs()
    {
        await using ApiHost host = await ApiHost.StartAsync(prefix: "/api");

        using HttpResponseMessage response = await host.GetAsync("/api/topic");

        await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "resource-not-found");
    }

    [Fact]
    public async Task Without_a_prefix_other_paths_are_the_APIs_if_it_is_told_so()
    {
        await using ApiHost shared = await ApiHost.StartAsync();
        await using ApiHost alone = await ApiHost.StartAsync(configure: options => options.AnswerUnknownPaths = true);

        (await (await shared.GetAsync("/favicon.ico")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
        await (await alone.GetAsync("/favicon.ico")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "resource-not-found");
        await (await alone.GetAsync("/")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "resource-not-found");
        (await alone.GetAsync("/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_method_that_a_resource_does_not_know_is_answered_with_those_it_knows()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.DeleteAsync("/topics");

        await response.ShouldBeProblemAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        response.Content.Headers.Allow.ShouldBe(["GET", "HEAD", "POST"]);
    }

    [Fact]
    public async Task A_body_above_the_limit_is_refused_and_nothing_is_written()
    {
        await using ApiHost host = await ApiHost.StartAsync(configure: options => options.MaxBodyBytes = 100);

        using HttpResponseMessage response = await host.PostAsync("/topics/t/events", new string('x', 101), "text/plain");

        await response.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body-too-large");
        (await host.GetJsonAsync("/topics")).GetProperty("topics").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_body_that_does_not_tell_its_length_is_bounded_as_well()
    {
        await using ApiHost host = await ApiHost.StartAsync(configure: options => options.MaxBodyBytes = 100);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/topics/t/events");
        request.Content = new StreamContent(new MemoryStream(new byte[1_000_000]));
        request.Headers.TransferEncodingChunked = true;

        using HttpResponseMessage response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body-too-large");
    }

    [Fact]
    public async Task The_API_lies_below_its_prefix_and_its_health_does_not()
    {
        await using ApiHost host = await ApiHost.StartAsync(prefix: "/api/v");

        (await host.GetAsync("/api/v/topics")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.GetAsync("/topics")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.GetAsync("/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_fault_that_nobody_foresaw_is_a_problem_that_tells_nothing_of_the_inside()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            services: services => services.AddSingleton<IEventBroker>(_ => throw new InvalidOperationException("secret")));

        using HttpResponseMessage response = await host.GetAsync("/topics");

        JsonElement problem = await response.ShouldBeProblemAsync(HttpStatusCode.InternalServerError, "internal-error");
        problem.GetRawText().ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_compressed_body_is_refused_rather_than_published_as_what_it_is_not()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/topics/t/events") { Content = new ByteArrayContent([31, 139, 8]) };
        request.Content.Headers.ContentEncoding.Add("gzip");

        using HttpResponseMessage response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType, "encoding-unsupported");
        response.Headers.GetValues("Accept-Encoding").ShouldBe(["identity"]);
        (await host.GetJsonAsync("/topics")).GetProperty("topics").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("no chunk")]
    [InlineData("fffffffffffffff")]
    public async Task A_body_that_is_not_framed_as_it_says_is_a_problem(string chunk)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await using NetworkStream stream = client.GetStream();

        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST /topics/t/events HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}\r\n"),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        string response = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        response.ShouldStartWith("HTTP/1.1 400 ");
        response.ShouldContain("application/problem+json");
        response.ShouldContain("\"code\":\"request-malformed\"");
    }
}
