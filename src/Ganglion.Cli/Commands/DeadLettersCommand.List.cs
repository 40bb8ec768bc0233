using System.CommandLine;
using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ganglion.AspNetCore.DeadLetters;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

internal sealed partial class DeadLettersCommand
{
    private const int DefaultMax = 100;
    private const int MaxMessage = 60;

    private Command CreateListCommand()
    {
        var list = new Command("list", "List those that nobody has decided about, with their cause");
        DeadLetterChoice choice = DeadLetterChoice.ToList(list);
        var max = new Option<int?>("--max") { Description = $"How many at most; {DefaultMax} by default", HelpName = "N" };
        Option<bool> json = Listing.JsonOption();
        list.Add(max);
        list.Add(json);
        list.Validators.Add(command =>
        {
            if (command.GetValue(max) is < 1)
            {
                command.AddError("--max is at least 1.");
            }
        });
        list.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            var table = new TextTable("ID", "TIME", "GROUP", "KEY", "ERROR", "MESSAGE");
            int most = command.GetValue(max) ?? DefaultMax;
            int left = most;
            string? next = null;
            do
            {
                DeadLetterList page = await choice.ReadPageAsync(api, command, next, Math.Clamp(left, 1, 1_000), cancellationToken).ConfigureAwait(false);
                left -= page.Letters.Count;
                next = page.Next;
                if (command.GetValue(json))
                {
                    Listing.WriteJson(_terminal, page.Letters, ApiJson.Wire.DeadLetterView);
                }
                else
                {
                    AddRows(table, page.Letters);
                }

                if (page.Problem is { } problem)
                {
                    _terminal.WriteError(problem.Detail);
                }
            }
            while (next is not null && left > 0);

            if (!command.GetValue(json))
            {
                table.WriteTo(_terminal);
            }

            if (next is not null)
            {
                _terminal.WriteError($"There may be more: no more than {Listing.Number(most)} are listed (--max).");
            }
        }));
        return list;
    }

    private Command CreateShowCommand()
    {
        var id = new Argument<string>("id") { Description = "The letter, as list shows it" };
        Option<bool> json = Listing.JsonOption();
        var show = new Command("show", "Show one with its cause, its event, and what was decided about it") { id, json };
        show.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            byte[] answer = await api.GetBytesAsync(
                $"dead-letters/{ApiClient.Segment(command.GetRequiredValue(id))}", cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                _terminal.WriteJson(answer.AsSpan().TrimEnd((byte)'\n'));
            }
            else
            {
                using JsonDocument letter = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = 128 });
                Write(letter.RootElement);
            }
        }));
        return show;
    }

    private static void AddRows(TextTable table, IEnumerable<DeadLetterView> letters)
    {
        foreach (DeadLetterView letter in letters)
        {
            string message = letter.Message ?? "-";
            table.Add(
                letter.Id,
                TimeOf(letter.Timestamp),
                letter.Group ?? "-",
                letter.Key ?? (letter.KeyBase64 is { } bytes ? "0x" + Convert.ToHexString(bytes) : "-"),
                letter.ExceptionClass?.Split('.')[^1] ?? "-",
                message.Length <= MaxMessage ? message : string.Concat(message.AsSpan(0, MaxMessage - 1), "…"));
        }
    }

    private void Write(JsonElement details)
    {
        DeadLetterView letter = ViewOf(details);
        ConsumedEvent record = ConsumedEvent.Parse(Encoding.UTF8.GetBytes(details.GetProperty("record").GetRawText()));
        WriteLine("letter", letter.Id);
        WriteLine("event", letter.EventType is null ? "none: it is malformed" : $"{letter.EventType} {letter.EventId}");
        WriteLine("time", TimeOf(letter.Timestamp));
        WriteLine("key", record.Key);
        WriteLine("came from", letter.Origin is { } origin ? $"{origin.Topic}-{Listing.Number(origin.Partition)}@{Listing.Number(origin.Offset)}" : null);
        WriteLine("group", letter.Group);
        WriteLine("tried", letter.DeliveryCount is { } count ? $"{Listing.Number(count)} time{(count == 1 ? "" : "s")}" : null);
        WriteLine("error", letter.ExceptionClass);
        WriteLine("message", letter.Message);
        WriteLine("left out", letter.OmittedBytes is { } bytes ? $"a value of {Listing.Number(bytes)} bytes" : null);
        if (letter.Decision is { } decision)
        {
            WriteLine(decision.Kind, $"{TimeOf(decision.At)}{Told(" by ", decision.By)}{Told(" to ", decision.To)}{(decision.IsEdited ? " with other data" : "")}{Told(": ", decision.Reason)}");
        }

        foreach (string line in details.TryGetProperty("stackTrace", out JsonElement trace) ? trace.GetString()!.Split('\n') : [])
        {
            _terminal.WriteLine(line.TrimEnd('\r'));
        }

        WriteData(record.Data);
    }

    // What a list shows of it, without what only one letter has: the record may be nested deeper than the serializer goes.
    private static DeadLetterView ViewOf(JsonElement details)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (JsonProperty member in details.EnumerateObject().Where(member => member.Name is not ("stackTrace" or "record")))
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonSerializer.Deserialize(buffer.WrittenSpan, ApiJson.Wire.DeadLetterView)!;
    }

    private void WriteLine(string name, string? value)
    {
        if (value is not null)
        {
            _terminal.WriteLine($"{name,-10} {value}");
        }
    }

    private void WriteData(byte[]? data)
    {
        if (data is null)
        {
            return;
        }

        if (_terminal.IsInteractive)
        {
            _terminal.WriteLine(DataText.Of(data));
        }
        else
        {
            _terminal.Write(data);
            _terminal.Write("\n"u8);
        }
    }

    private static string Told(string before, string? what) => what is null ? "" : before + what;

    private static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
