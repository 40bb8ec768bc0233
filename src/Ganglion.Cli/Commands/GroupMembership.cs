using System.Text.Json;
using Ganglion.AspNetCore.Groups;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary>Commits for a group what has been printed, and never before it has left this process; nothing without a group.</summary>
internal sealed class GroupMembership(ApiClient api, string? group, Terminal terminal) : IAsyncDisposable
{
    private readonly Dictionary<(string Topic, int Partition), long> _next = [];
    private string? _member;

    private string MemberPath => $"groups/{ApiClient.Segment(group!)}/members/{ApiClient.Segment(_member!)}";

    public void Join(byte[] joined) => _member = JsonSerializer.Deserialize(joined, ApiJson.Wire.JoinedView)!.Member;

    public void Printed(ConsumedEvent consumed)
    {
        if (group is not null)
        {
            _next[(consumed.Topic, consumed.Partition)] = consumed.Offset + 1;
        }
    }

    /// <summary>Shows what was printed, then commits it.</summary>
    public async ValueTask FlushAsync()
    {
        await terminal.FlushAsync().ConfigureAwait(false);
        if (_next.Count == 0)
        {
            return;
        }

        var commit = new CommitRequest([.. _next.Select(next => new CommitOffset(next.Key.Topic, next.Key.Partition, next.Value))]);
        _next.Clear();
        try
        {
            await api.PostAsync($"{MemberPath}/commits", commit, ApiJson.Wire.CommitRequest, CancellationToken.None).ConfigureAwait(false);
        }
        catch (CliException exception)
        {
            // Another member has taken a partition over meanwhile, and reads again what could not be committed.
            terminal.WriteError($"not committed: {exception.Message}");
        }
    }

    /// <summary>Leaves the group and waits until it has: whoever comes next finds it without this member.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_member is null)
        {
            return;
        }

        try
        {
            await api.DeleteAsync(MemberPath, CancellationToken.None).ConfigureAwait(false);
        }
        catch (CliException)
        {
            // The host has gone, and the member with it.
        }
    }
}
