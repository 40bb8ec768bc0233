using System.Net;
using System.Text;
using Ganglion.Guards;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.AspNetCore.Tests.Oversight;

public sealed class GuardEndpointsTests
{
    [Fact]
    public async Task A_replay_streams_what_would_be_decided_otherwise_and_a_summary()
    {
        await using ApiHost host = await StartAsync();
        await host.AppendAsync("notes", "hello", "rude", "very rude");

        string[] lines = await ReplayAsync(host, """{"channel":"notes","against":"1"}""");

        lines.ShouldBe(
        [
            """{"event":{"topic":"notes","partition":0,"offset":1,"now":{"verdict":"pass"},"then":{"verdict":"block","reason":"rude"},"id":"notes-0@1","type":"notes"}}""",
            """{"summary":{"isOver":true,"events":3,"different":1,"verdicts":[{"verdict":"pass","now":2,"then":1},{"verdict":"block","now":1,"then":2}],"then":"2","now":"1"}}""",
        ]);
    }

    [Fact]
    public async Task A_guard_that_the_host_does_not_have_is_replayed_too()
    {
        await using ApiHost host = await StartAsync();
        await host.AppendAsync("notes", "\"short\"", "\"not as short\"");

        string[] lines = await ReplayAsync(
            host, """{"topic":"notes","kind":"rules","settings":{"maxLength":6},"since":"1","all":true}""");

        lines.Length.ShouldBe(2);
        lines[0].ShouldContain("\"offset\":1,\"now\":{\"verdict\":\"pass\"},\"then\":{\"verdict\":\"block\"");
        lines[1].ShouldStartWith("""{"summary":{"isOver":true,"events":1,"different":1,""");
        lines[1].ShouldNotContain("\"now\":\"");
    }

    [Fact]
    public async Task Whoever_waits_is_told_how_far_it_is()
    {
        var time = new LeapingTime();
        await using ApiHost host = await StartAsync(time);
        await host.AppendAsync("notes", "one", "two");

        string[] lines = await ReplayAsync(host, """{"channel":"notes","version":"leap","against":"leap"}""");

        lines.Select(line => line.Split(",\"different\"")[0]).ShouldBe(
        [
            """{"summary":{"isOver":false,"events":1""",
            """{"summary":{"isOver":false,"events":2""",
            """{"summary":{"isOver":true,"events":2""",
        ]);
    }

    [Fact]
    public async Task Where_a_guard_and_its_shadow_differ_is_streamed_by_the_name_of_either()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("ganglion.guards", "garbage", "{}");
        await TellAsync(host, "e-1", "tone", "block");
        await TellAsync(host, "e-2", "other", "failed");

        string[] tone = await ListAsync(host, "tone");
        string[] strict = await ListAsync(host, "strict?since=earliest");
        string[] none = await ListAsync(host, "tone?since=latest");
        using HttpResponseMessage refused = await host.GetAsync("/guards/tone/differences?since=yesterday");

        tone.ShouldBe(
        [
            """{"channel":"notes","stage":"tone","topic":"notes","partition":2,"offset":7,"eventId":"e-1","guard":{"guard":"tone","version":"1","verdict":"pass"},"shadow":{"guard":"strict","version":"2","verdict":"block","reason":"rude","score":0.9},"at":"2026-01-31T12:00:00+00:00"}""",
        ]);
        strict.Length.ShouldBe(2);
        strict[1].ShouldContain("\"verdict\":\"none\"");
        none.ShouldBeEmpty();
        await refused.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "parameter-invalid");

        static async Task TellAsync(ApiHost host, string id, string guard, string shadow)
        {
            string told = $$"""
                {"specversion":"1.0","id":"{{id}}/differed","source":"/routes/notes","type":"guard.differed","subject":"{{id}}","time":"2026-01-31T12:00:00Z","data":
                {"channel":"notes","stage":"tone","topic":"notes","partition":2,"offset":7,"guard":{"name":"{{guard}}","version":"1","verdict":"pass"},
                "shadow":{"name":"strict","version":"2","verdict":"{{shadow}}","reason":"rude","score":0.9} } }
                """;
            using HttpResponseMessage response = await host.PostAsync("/topics/ganglion.guards/events", told, "application/cloudevents+json");
            response.IsSuccessStatusCode.ShouldBeTrue();
        }

        static async Task<string[]> ListAsync(ApiHost host, string asked)
        {
            string[] parts = asked.Split('?');
            string text = await host.Client.GetStringAsync(
                $"/guards/{parts[0]}/differences{(parts.Length > 1 ? "?" + parts[1] : "")}", TestContext.Current.CancellationToken);
            return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    [Theory]
    [InlineData("judge", "{}", HttpStatusCode.BadRequest, "request-malformed")]
    [InlineData("judge", """{"channel":"notes","topic":"notes"}""", HttpStatusCode.BadRequest, "request-malformed")]
    [InlineData("judge", """{"channel":"notes","version":"1","kind":"rules"}""", HttpStatusCode.BadRequest, "request-malformed")]
    [InlineData("judge", """{"channel":"notes","settings":{}}""", HttpStatusCode.BadRequest, "request-malformed")]
    [InlineData("judge", """{"channel":"notes","kind":""}""", HttpStatusCode.BadRequest, "request-malformed")]
    [InlineData("judge", """{"channel":"notes","kind":"oracle"}""", HttpStatusCode.BadRequest, "guard-invalid")]
    [InlineData("judge", """{"channel":"notes","since":"yesterday"}""", HttpStatusCode.BadRequest, "parameter-invalid")]
    [InlineData("judge", """{"channel":"notes","version":"9"}""", HttpStatusCode.NotFound, "guard-not-found")]
    [InlineData("judge", """{"channel":"notes","against":"9"}""", HttpStatusCode.NotFound, "guard-not-found")]
    [InlineData("absent", """{"channel":"notes"}""", HttpStatusCode.NotFound, "guard-not-found")]
    [InlineData("judge", """{"topic":"absent"}""", HttpStatusCode.NotFound, "topic-not-found")]
    public async Task What_cannot_be_is_refused(string guard, string body, HttpStatusCode status, string code)
    {
        await using ApiHost host = await StartAsync();

        using HttpResponseMessage refused = await host.PostAsync($"/guards/{guard}/replay", body);

        await refused.ShouldBeProblemAsync(status, code);
    }

    [Fact]
    public async Task A_host_of_the_log_only_has_no_guards()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage refused = await host.PostAsync("/guards/judge/replay", """{"channel":"notes"}""");

        await refused.ShouldBeProblemAsync(HttpStatusCode.NotFound, "guard-not-found");
    }

    private static Task<ApiHost> StartAsync(LeapingTime? time = null) => ApiHost.StartAsync(services: services =>
    {
        services.AddSingleton<TimeProvider>(time ?? TimeProvider.System);
        services.AddGanglion(ganglion => ganglion
            .AddGuard("judge", (guarded, _) =>
            {
                time?.Leap();
                return new(Verdict.Pass());
            }, version: "leap")
            .AddGuard("judge", (guarded, _) => new(TextOf(guarded) is "very rude" ? Verdict.Block("rude") : Verdict.Pass()))
            .AddGuard("judge", (guarded, _) => new(TextOf(guarded).Contains("rude", StringComparison.Ordinal) ? Verdict.Block("rude") : Verdict.Pass()), version: "2"));
    });

    private static string TextOf(GuardedEvent guarded) => Encoding.UTF8.GetString(guarded.Event.Data!.Value.Span);

    private static async Task<string[]> ReplayAsync(ApiHost host, string body)
    {
        using HttpResponseMessage response = await host.PostAsync("/guards/judge/replay", body);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/jsonl");
        return text.TrimEnd('\n').Split('\n');
    }

    /// <summary>A clock whose hands can be moved on, while all timers keep their time.</summary>
    private sealed class LeapingTime : TimeProvider
    {
        private long _leapt;

        public void Leap() => Interlocked.Add(ref _leapt, TimestampFrequency);

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _leapt);
    }
}
