using System.Text.Json;
using Ganglion.Kafka.Tests.Foreign;

namespace Ganglion.Kafka.Tests.Clients;

/// <summary>A member of a group that a script beside this file is.</summary>
/// <param name="program">The script at work.</param>
/// <param name="join">The step by which it joins.</param>
internal sealed class ScriptMember(ForeignProgram program, object join) : GroupMember
{
    private Task _reading = Task.CompletedTask;
    private volatile bool _isLeft;

    public override async Task JoinAsync()
    {
        await program.WriteLineAsync(JsonSerializer.Serialize(join));
        _reading = ReadAsync();
    }

    public override async Task LeaveAsync()
    {
        _isLeft = true;
        program.CloseInput();
        await _reading;
        await program.EndAsync();
    }

    public override async Task KillAsync()
    {
        _isLeft = true;
        await program.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await program.TryReadLineAsync() is { } line)
            {
                Take(JsonElement.Parse(line));
            }

            if (!_isLeft)
            {
                Fail(await program.FailedAsync());
            }
        }
        catch (Exception fault)
        {
            Fail(fault);
        }
    }

    private void Take(JsonElement said)
    {
        if (said.TryGetProperty("owned", out JsonElement owned))
        {
            Owned = [.. owned.EnumerateArray().Select(partition => partition.GetInt32()).Order()];
        }
        else if (said.TryGetProperty("read", out JsonElement value))
        {
            Values.Enqueue(value.GetString()!);
        }
        else if (said.TryGetProperty("error", out JsonElement error))
        {
            Fail(new InvalidOperationException(error.GetString()));
        }
    }
}
