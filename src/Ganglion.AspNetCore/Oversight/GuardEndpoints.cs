using System.Runtime.CompilerServices;
using System.Text.Json;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Ganglion.Guards;
using Ganglion.Oversight;

namespace Ganglion.AspNetCore.Oversight;

/// <summary>Lets guards judge past events, which changes nothing, and lists where a guard and its shadow have judged differently.</summary>
internal static class GuardEndpoints
{
    private static readonly TimeSpan Progress = TimeSpan.FromSeconds(1);

    public static void Map(ApiRoutes routes)
    {
        routes.Resource("/guards/{guard}/replay").Post(ReplayAsync);
        routes.Resource("/guards/{guard}/differences").Get(ListDifferencesAsync);
    }

    private static Task ListDifferencesAsync(ApiRequest request) => request.WriteLinesAsync(
        request.Api.Oversight.ListDifferencesAsync(request.Route("guard"), request.QueryPosition("since", OffsetPosition.Earliest), request.Aborted),
        static (writer, one) => JsonSerializer.Serialize(writer, ShadowDifferenceView.Of(one), ApiJson.Wire.ShadowDifferenceView));

    private static async Task ReplayAsync(ApiRequest request)
    {
        GuardReplayRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.GuardReplayRequest).ConfigureAwait(false);
        GuardReplay replay = await CreateAsync(request, wanted).ConfigureAwait(false);
        await request.WriteLinesAsync(
            RunAsync(request, replay, wanted.All, request.Aborted),
            static (writer, line) => JsonSerializer.Serialize(writer, line, ApiJson.Wire.GuardReplayLine),
            static line => line.Summary is not null).ConfigureAwait(false);
    }

    private static async Task<GuardReplay> CreateAsync(ApiRequest request, GuardReplayRequest wanted)
    {
        if (wanted.Channel is null == wanted.Topic is null)
        {
            throw new ApiException("request-malformed", "Name either a 'channel', whose entry is read, or a 'topic'.");
        }

        if (wanted is { Kind: not null, Version: not null } or { Kind: null, Settings: not null } or { Kind: "" })
        {
            throw new ApiException("request-malformed", "Name a 'version' of a guard that the host has, or a 'kind' with its 'settings'.");
        }

        GuardCatalog guards = request.Api.Guards;
        string name = request.Route("guard");
        GuardRunner guard = wanted.Kind is { } kind
            ? guards.Create(new GuardDefinition(name, kind, wanted.Settings ?? default))
            : guards.Get(name, wanted.Version);
        GuardRunner? against = wanted.Against is { } version ? guards.Get(name, version)
            : wanted.Channel is { } channel ? await request.Api.Oversight.FindGuardAsync(channel, name, request.Aborted).ConfigureAwait(false)
            : null;
        OffsetPosition since = wanted.Since is { } text ? request.ParsePosition("since", text) : OffsetPosition.Earliest;
        return new GuardReplay(guard, wanted.Channel ?? wanted.Topic!) { Against = against, Topic = wanted.Topic, Since = since };
    }

    // Whoever waits is told now and then how far it is, also where nothing differs.
    private static async IAsyncEnumerable<GuardReplayLine> RunAsync(
        ApiRequest request, GuardReplay replay, bool all, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TimeProvider time = request.Api.Time;
        var count = new GuardReplayCount(replay);
        long told = time.GetTimestamp();
        await foreach (ReplayedEvent one in request.Api.Oversight.ReplayAsync(replay, cancellationToken).ConfigureAwait(false))
        {
            count.Add(one);
            if (all || one.IsDifferent)
            {
                yield return new GuardReplayLine { Event = ReplayedEventView.Of(one) };
            }

            if (time.GetElapsedTime(told) >= Progress)
            {
                told = time.GetTimestamp();
                yield return count.ToLine(isOver: false);
            }
        }

        yield return count.ToLine(isOver: true);
    }
}
