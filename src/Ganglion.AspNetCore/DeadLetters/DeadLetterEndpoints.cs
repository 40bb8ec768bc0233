using System.Text;
using System.Text.Json;
using Ganglion.AspNetCore.Records;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Ganglion.DeadLetters;

namespace Ganglion.AspNetCore.DeadLetters;

/// <summary>Lists and shows dead letters, sends them again, and discards them.</summary>
internal static class DeadLetterEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Resource("/dead-letters").Get(ListAsync);
        routes.Resource("/dead-letters/redrive").Post(RedriveAsync);
        routes.Resource("/dead-letters/discard").Post(DiscardAsync);
        routes.Resource("/dead-letters/{letter}").Get(ShowAsync);
    }

    private static async Task ListAsync(ApiRequest request)
    {
        int limit = request.QueryNumber("limit", fallback: 100, min: 1, max: DeadLetterQueue.MaxPageLetters);
        var filter = new DeadLetterFilter
        {
            Topic = request.Query("topic"),
            Group = request.Query("group"),
            ExceptionClass = request.Query("exception"),
            Since = QuerySince(request),
            IncludeDecided = request.Query("decided") is "true",
        };
        DeadLetterPage page = await request.Api.DeadLetters.ListAsync(filter, QueryFrom(request), limit, request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(DeadLetterList.Of(page), ApiJson.Wire.DeadLetterList).ConfigureAwait(false);
    }

    private static async Task ShowAsync(ApiRequest request)
    {
        string id = request.Route("letter");
        DeadLetter letter = (TopicPartitionOffset.TryParse(id, out TopicPartitionOffset position)
                ? await request.Api.DeadLetters.FindAsync(position, request.Aborted).ConfigureAwait(false)
                : null)
            ?? throw new DeadLetterException("dead-letter-not-found", $"There is no dead letter '{id}'.");
        request.Http.Response.ContentType = "application/json; charset=utf-8";
        using (var writer = new Utf8JsonWriter(request.Http.Response.BodyWriter, RecordJson.WriterOptions))
        {
            WriteDetails(writer, letter);
        }

        await JsonAnswer.EndAsync(request.Http).ConfigureAwait(false);
    }

    private static async Task RedriveAsync(ApiRequest request)
    {
        RedriveRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.RedriveRequest).ConfigureAwait(false);
        IReadOnlyList<TopicPartitionOffset> letters = PlacesOf(wanted.Letters);
        if (wanted is { Data: not null, DataBase64: not null } || (wanted is not { Data: null, DataBase64: null } && letters.Count != 1))
        {
            throw new ApiException("request-malformed", "'data' or 'dataBase64' are the data of one letter.");
        }

        var options = new RedriveOptions
        {
            To = wanted.To,
            Data = wanted.Data is { } text ? Encoding.UTF8.GetBytes(text) : wanted.DataBase64 is { } bytes ? bytes : default(ReadOnlyMemory<byte>?),
            Execute = wanted.Execute,
            By = request.PersonOr(wanted.By),
            Reason = wanted.Reason,
        };
        IReadOnlyList<DeadLetterOutcome> outcomes = await request.Api.DeadLetters.RedriveAsync(letters, options, request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(DecisionResult.Of(wanted.Execute, outcomes), ApiJson.Wire.DecisionResult).ConfigureAwait(false);
    }

    private static async Task DiscardAsync(ApiRequest request)
    {
        DiscardRequest wanted = await request.ReadJsonAsync(ApiJson.Wire.DiscardRequest).ConfigureAwait(false);
        IReadOnlyList<DeadLetterOutcome> outcomes = await request.Api.DeadLetters.DiscardAsync(
            PlacesOf(wanted.Letters),
            new DiscardOptions { Execute = wanted.Execute, By = request.PersonOr(wanted.By), Reason = wanted.Reason },
            request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(DecisionResult.Of(wanted.Execute, outcomes), ApiJson.Wire.DecisionResult).ConfigureAwait(false);
    }

    // What a list shows, and the whole record.
    private static void WriteDetails(Utf8JsonWriter writer, DeadLetter letter)
    {
        writer.WriteStartObject();
        foreach (JsonProperty member in JsonSerializer.SerializeToElement(DeadLetterView.Of(letter), ApiJson.Wire.DeadLetterView).EnumerateObject())
        {
            member.WriteTo(writer);
        }

        if (letter.StackTrace is { } stackTrace)
        {
            writer.WriteString("stackTrace"u8, stackTrace);
        }

        writer.WritePropertyName("record"u8);
        RecordJson.Write(writer, letter.Position.Partition, new ConsumedRecord(letter.Position.Offset, letter.Record), letter.Event);
        writer.WriteEndObject();
    }

    private static DateTimeOffset? QuerySince(ApiRequest request) => request.Query("since") switch
    {
        null => null,
        { } text when request.ParsePosition("since", text) is { Kind: OffsetPositionKind.Time, Time: var time } => time,
        { } text => throw new ApiException(
            "parameter-invalid", $"'since' must be a time (2026-01-31T12:00:00Z) or how long ago (10m), not '{text}'."),
    };

    private static TopicPartitionOffset? QueryFrom(ApiRequest request) => request.Query("from") switch
    {
        null => null,
        { } text when TopicPartitionOffset.TryParse(text, out TopicPartitionOffset position) => position,
        { } text => throw new ApiException("parameter-invalid", $"'from' must be the 'next' of the page before, not '{text}'."),
    };

    private static IReadOnlyList<TopicPartitionOffset> PlacesOf(IReadOnlyList<string> ids)
    {
        if (ids.Count is 0 or > DeadLetterQueue.MaxPageLetters)
        {
            throw new ApiException("request-malformed", $"'letters' must name 1 to {DeadLetterQueue.MaxPageLetters} dead letters, not {ids.Count}.");
        }

        return [.. ids.Select(id => TopicPartitionOffset.TryParse(id, out TopicPartitionOffset position)
            ? position
            : throw new ApiException("request-malformed", $"'{id}' names no dead letter: an id is a topic, a partition and an offset, as in orders.dlq-0@17."))];
    }
}
