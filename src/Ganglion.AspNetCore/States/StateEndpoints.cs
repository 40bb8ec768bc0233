using System.Text.Json;
using Ganglion.Agents;
using Ganglion.AspNetCore.Records;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Hosting;

namespace Ganglion.AspNetCore.States;

/// <summary>What the instances of an agent remember: listed, shown as it is or was, exported and imported.</summary>
internal static class StateEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Resource("/agents/{agent}/states").Get(ListAsync).Post(ImportAsync);
        routes.Resource("/agents/{agent}/state").Get(ShowAsync);
        routes.Resource("/agents/{agent}/state/history").Get(HistoryAsync);
    }

    private static Task ListAsync(ApiRequest request)
    {
        bool hasData = request.Query("data") is not "false";
        return request.WriteLinesAsync(request.Api.States.ReadAllAsync(AgentOf(request), request.Aborted), (writer, state) =>
        {
            if (hasData)
            {
                state.WriteTo(writer);
            }
            else
            {
                JsonSerializer.Serialize(writer, StateView.Of(state), ApiJson.Wire.StateView);
            }
        });
    }

    private static async Task ShowAsync(ApiRequest request)
    {
        AgentId instance = InstanceOf(request);
        OffsetPosition at = request.QueryPosition("at", OffsetPosition.Latest);
        if (at.Kind == OffsetPositionKind.Earliest)
        {
            throw new ApiException("parameter-invalid", "'at' must be 'latest', an offset, a time (2026-01-31T12:00:00Z) or how long ago (10m), not 'earliest'.");
        }

        AgentState state = await request.Api.States.FindAsync(instance, at, request.Aborted).ConfigureAwait(false)
            ?? throw new ApiException("state-not-found", $"{instance} remembers nothing{(at.Kind == OffsetPositionKind.Latest ? "" : " there")}.");
        request.Http.Response.ContentType = "application/json; charset=utf-8";
        using (var writer = new Utf8JsonWriter(request.Http.Response.BodyWriter, RecordJson.WriterOptions))
        {
            state.WriteTo(writer);
        }

        await JsonAnswer.EndAsync(request.Http).ConfigureAwait(false);
    }

    private static Task HistoryAsync(ApiRequest request) =>
        request.WriteLinesAsync(request.Api.States.ReadHistoryAsync(InstanceOf(request), request.Aborted), (writer, change) =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("version"u8, change.Version);
            writer.WriteString("kind"u8, KindOf(change.Kind));
            if (change.Name is { } name)
            {
                writer.WriteString("change"u8, name);
            }

            writer.WriteNumber("partition"u8, change.Position.Partition.Partition);
            writer.WriteNumber("offset"u8, change.Position.Offset);
            if (change.Missing > 0)
            {
                writer.WriteNumber("missing"u8, change.Missing);
            }

            writer.WritePropertyName("event"u8);
            EventJson.Write(writer, change.Event);
            writer.WriteEndObject();
        });

    private static async Task ImportAsync(ApiRequest request)
    {
        AgentType agent = AgentOf(request);
        bool overwrite = request.Query("overwrite") is "true";
        ReadOnlyMemory<byte> body = await request.ReadBodyAsync().ConfigureAwait(false);
        AgentStateImport done = await request.Api.Runtime.ImportAgentStatesAsync(
            agent, Parse(body).ToAsyncEnumerable(), overwrite, progress: null, request.Aborted).ConfigureAwait(false);
        await request.WriteJsonAsync(new ImportResult(done.Imported, done.Unchanged, done.Refused), ApiJson.Wire.ImportResult).ConfigureAwait(false);
    }

    // Read whole before the first is imported: a body with a malformed line imports nothing.
    private static List<JsonElement> Parse(ReadOnlyMemory<byte> body)
    {
        var lines = new List<JsonElement>();
        for (int number = 1; !body.IsEmpty; number++)
        {
            int end = body.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (line.Span.Trim(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            try
            {
                var reader = new Utf8JsonReader(line.Span, new JsonReaderOptions { MaxDepth = 128 });
                lines.Add(JsonElement.ParseValue(ref reader));

                // Throws if more follows.
                reader.Read();
            }
            catch (JsonException exception)
            {
                throw new ApiException("request-malformed", $"Line {number} of the body is no JSON, or more than one: {exception.Message}", exception);
            }
        }

        return lines;
    }

    private static AgentType AgentOf(ApiRequest request) => AgentType.TryParse(request.Route("agent"), null, out AgentType agent)
        ? agent
        : throw new ApiException("parameter-invalid", $"'{request.Route("agent")}' cannot name an agent.");

    private static AgentId InstanceOf(ApiRequest request) =>
        new(AgentOf(request), request.Query("key") ?? throw new ApiException("parameter-invalid", "'key' must tell the key of the instance."));

    private static string KindOf(AgentStateChangeKind kind) => kind switch
    {
        AgentStateChangeKind.Set => "set",
        AgentStateChangeKind.Changed => "changed",
        AgentStateChangeKind.Snapshot => "snapshot",
        _ => "cleared",
    };
}
