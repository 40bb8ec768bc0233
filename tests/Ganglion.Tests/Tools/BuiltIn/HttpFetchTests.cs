using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ganglion.Tools;
using Ganglion.Tools.BuiltIn;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Tools.BuiltIn;

/// <summary>What is fetched by HTTP, and what is not.</summary>
public sealed class HttpFetchTests : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly Dictionary<string, byte[]> _answers = [];
    private readonly Task _serving;

    public HttpFetchTests()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync();
    }

    private int Port { get; }

    private string Here => $"localhost:{Port}";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _serving;
        _end.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_text_of_a_listed_host_is_fetched()
    {
        _answers["/a"] = Answer("text/plain; charset=iso-8859-1", Encoding.Latin1.GetBytes("grün"));

        (await FetchAsync($"http://{Here}/a")).ShouldBe($"http://{Here}/a\ngrün");
        _requests.ShouldHaveSingleItem().ShouldNotContain("Cookie");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("http://example.com/", "example.com:80 is not allowed")]
    [InlineData("https://listed.example.evil.com/", "is not allowed")]
    [InlineData("https://listed.example:444/", "listed.example:444 is not allowed")]
    [InlineData("https://listed.example@evil.com/", "A URL with a user in it")]
    [InlineData("https://listed.example./", "is not allowed")]
    [InlineData("ftp://listed.example/", "'ftp' is not allowed")]
    [InlineData("file:///etc/passwd", "'file' is not allowed")]
    [InlineData("listed.example", "is no URL")]
    [InlineData("https://below.example/", "is not allowed")]
    [InlineData("https://2130706433/", "is not allowed")]
    public async Task What_is_not_listed_is_not_asked(string url, string fault) =>
        (await RefusalAsync(url, new HttpFetchOptions { Hosts = ["listed.example", "*.below.example"], AllowHttp = true })).ShouldContain(fault);

    [Fact(Timeout = 60_000)]
    public async Task Without_encryption_nothing_is_asked_unless_that_is_allowed() =>
        (await RefusalAsync($"http://{Here}/a", new HttpFetchOptions { PrivateHosts = [Here] })).ShouldContain("'http' is not allowed: take https.");

    [Fact(Timeout = 60_000)]
    public async Task A_name_that_leads_into_the_own_network_is_of_no_use_even_if_it_did_not_before()
    {
        // As an attacker's name server does it: a public address for whoever checks, another one for whoever connects.
        int asked = 0;
        Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken) =>
            Task.FromResult(new[] { ++asked == 1 ? IPAddress.Loopback : IPAddress.Parse("169.254.169.254") });
        var options = new HttpFetchOptions { Hosts = [$"rebound.example:{Port}"], AllowHttp = true };
        AgentTool fetch = HttpFetch.Create(options, null, Resolve);

        (await RefusalAsync($"http://rebound.example:{Port}/", fetch)).ShouldContain("has no public address");
        (await RefusalAsync($"http://rebound.example:{Port}/", fetch)).ShouldContain("has no public address");
        _requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700:4700::1111", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.9.9.9", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("fe80::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:0:1::", false)]
    [InlineData("2001:db8::1", false)]
    public void Addresses_are_public_or_not(string address, bool isPublic) => PublicAddress.IsPublic(IPAddress.Parse(address)).ShouldBe(isPublic);

    [Fact(Timeout = 60_000)]
    public async Task Redirections_are_followed_within_the_list_only_and_not_for_ever()
    {
        _answers["/once"] = Redirect("/there");
        _answers["/there"] = Answer("text/plain", "here"u8.ToArray());
        _answers["/out"] = Redirect("http://evil.example/");
        _answers["/round"] = Redirect("/round");
        _answers["/file"] = Redirect("file:///etc/passwd");

        (await FetchAsync($"http://{Here}/once")).ShouldBe($"http://{Here}/there\nhere");
        (await RefusalAsync($"http://{Here}/out")).ShouldContain("evil.example:80 is not allowed");
        (await RefusalAsync($"http://{Here}/round")).ShouldContain("redirected more than 5 times");
        (await RefusalAsync($"http://{Here}/file")).ShouldContain("'file' is not allowed");
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_what_is_large_only_the_beginning_is_read_also_of_what_becomes_large_unpacked()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(new byte[10_000_000]);
        }

        _answers["/bomb"] = Answer("text/plain", packed.ToArray(), "Content-Encoding: gzip\r\n");

        (await FetchAsync($"http://{Here}/bomb")).ShouldEndWith("\0\n[only the first 100 bytes were read]");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_no_text_or_no_success_is_said_to_be_so()
    {
        _answers["/image"] = Answer("image/png", new byte[3]);
        _answers["/json"] = Answer("application/problem+json", "{}"u8.ToArray());

        (await RefusalAsync($"http://{Here}/image")).ShouldContain("It is 'image/png'");
        (await RefusalAsync($"http://{Here}/none")).ShouldContain("404");
        (await FetchAsync($"http://{Here}/json")).ShouldEndWith("{}");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_that_says_nothing_is_given_up()
    {
        _answers["/silent"] = [];

        (await RefusalAsync($"http://{Here}/silent", Options with { Timeout = TimeSpan.FromMilliseconds(100) })).ShouldContain("has not answered within");
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("https://example.com")]
    [InlineData("example.com/path")]
    [InlineData("user@example.com")]
    [InlineData("a.*.example.com")]
    public void What_is_no_host_cannot_be_listed(string host) =>
        Should.Throw<ArgumentException>(() => HttpFetch.Create(new HttpFetchOptions { Hosts = [host] }));

    private HttpFetchOptions Options => new() { PrivateHosts = [Here], AllowHttp = true, MaxBytes = 100 };

    private Task<string> FetchAsync(string url) => CallAsync(url, HttpFetch.Create(Options));

    private Task<string> RefusalAsync(string url, HttpFetchOptions? options = null) => RefusalAsync(url, HttpFetch.Create(options ?? Options));

    private static async Task<string> RefusalAsync(string url, AgentTool fetch)
    {
        HttpRequestException exception = await Should.ThrowAsync<HttpRequestException>(CallAsync(url, fetch));
        return $"{exception.Message} {exception.InnerException?.Message}";
    }

    private static async Task<string> CallAsync(string url, AgentTool fetch) =>
        ((JsonElement)(await fetch.InvokeAsync(new AIFunctionArguments { ["url"] = url }, TestContext.Current.CancellationToken))!).GetString()!;

    private static byte[] Answer(string type, byte[] body, string more = "") =>
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n{more}Set-Cookie: a=b\r\nConnection: close\r\n\r\n"), .. body];

    private static byte[] Redirect(string to) => Encoding.ASCII.GetBytes($"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    private async Task ServeAsync()
    {
        var answering = new List<Task>();
        try
        {
            while (true)
            {
                answering.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(answering);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                string request = "";
                while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 } line)
                {
                    request += $"{line}\n";
                }

                _requests.Enqueue(request);
                byte[] answer = _answers.GetValueOrDefault(request.Split(' ').ElementAtOrDefault(1) ?? "", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
                await stream.WriteAsync(answer, _end.Token);
                await Task.Delay(answer.Length == 0 ? -1 : 0, _end.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
            }
        }
    }
}
