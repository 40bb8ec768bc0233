using Ganglion.Agents;

namespace Ganglion.Teams.Groups;

/// <summary>Ways in which a handler lets a group work. Each returns what was said, the question first; all of it is steps of the handler, which may die and go on in the middle.</summary>
public static class GroupExtensions
{
    /// <summary>One after the other: each is given all that was said before.</summary>
    /// <param name="context">The handler's context.</param>
    /// <param name="question">What the group is asked.</param>
    /// <param name="participants">Who, in this order.</param>
    public static async Task<IReadOnlyList<GroupTurn>> AskInSequenceAsync(this AgentContext context, string question, params IReadOnlyList<Participant> participants)
    {
        List<GroupTurn> turns = Begin(context, question, participants);
        foreach (Participant participant in participants)
        {
            await SpeakAsync(context, turns, participant).ConfigureAwait(true);
        }

        return turns;
    }

    /// <summary>All at the same time, none of which hears the others; then somebody who hears all of them.</summary>
    /// <param name="context">The handler's context.</param>
    /// <param name="question">What the group is asked.</param>
    /// <param name="participants">Who. What they say is returned in this order.</param>
    /// <param name="join">Who makes one answer of it; <see langword="null"/>: nobody.</param>
    public static async Task<IReadOnlyList<GroupTurn>> AskConcurrentlyAsync(
        this AgentContext context, string question, IReadOnlyList<Participant> participants, Participant? join = null)
    {
        List<GroupTurn> turns = Begin(context, question, participants);
        var asked = new GroupQuestion([.. turns]);
        GroupReply[] replies = await Task.WhenAll(participants.Select(participant => participant.ReplyAsync(context, asked))).ConfigureAwait(true);
        turns.AddRange(participants.Zip(replies, (participant, reply) => new GroupTurn(participant.Name, reply.Text)));
        if (join is not null)
        {
            await SpeakAsync(context, turns, join).ConfigureAwait(true);
        }

        return turns;
    }

    /// <summary>Somebody answers, or hands the question off to another, who does the same.</summary>
    /// <param name="context">The handler's context.</param>
    /// <param name="question">What the group is asked.</param>
    /// <param name="participants">Who. The first begins.</param>
    /// <param name="mostHandOffs">How often it is handed off; whoever has it then answers.</param>
    /// <exception cref="ArgumentException">Somebody hands it off to whom there is not.</exception>
    public static async Task<IReadOnlyList<GroupTurn>> AskWithHandOffAsync(
        this AgentContext context, string question, IReadOnlyList<Participant> participants, int mostHandOffs = 5)
    {
        List<GroupTurn> turns = Begin(context, question, participants);
        Participant speaker = participants[0];
        for (int left = mostHandOffs; ; left--)
        {
            IEnumerable<Participant> others = left > 0 ? participants.Where(other => other != speaker) : [];
            var asked = new GroupQuestion([.. turns]) { HandOffs = others.ToDictionary(other => other.Name, other => other.Description) };
            GroupReply reply = await speaker.ReplyAsync(context, asked).ConfigureAwait(true);
            turns.Add(new GroupTurn(speaker.Name, reply.Text));
            if (reply.HandOffTo is not { } next || left <= 0)
            {
                return turns;
            }

            speaker = Find(participants, next);
        }
    }

    /// <summary>A conversation in which a manager says who speaks next.</summary>
    /// <param name="context">The handler's context.</param>
    /// <param name="question">What the group is asked.</param>
    /// <param name="participants">Who.</param>
    /// <param name="manager">Says who is next, by handing off, and ends it by <see cref="GroupReply.IsDone"/>, or by handing off to nobody.</param>
    /// <param name="mostTurns">How many turns there are at most.</param>
    /// <exception cref="ArgumentException">The manager calls somebody whom there is not.</exception>
    public static async Task<IReadOnlyList<GroupTurn>> ChatAsync(
        this AgentContext context, string question, IReadOnlyList<Participant> participants, Participant manager, int mostTurns = 20)
    {
        List<GroupTurn> turns = Begin(context, question, participants);
        ArgumentNullException.ThrowIfNull(manager);
        var others = participants.ToDictionary(participant => participant.Name, participant => participant.Description);
        while (turns.Count <= mostTurns)
        {
            GroupReply next = await manager.ReplyAsync(context, new GroupQuestion([.. turns]) { HandOffs = others, Judges = true }).ConfigureAwait(true);
            if (next.IsDone || next.HandOffTo is not { } name)
            {
                break;
            }

            await SpeakAsync(context, turns, Find(participants, name)).ConfigureAwait(true);
        }

        return turns;
    }

    /// <summary>An author writes, a critic says what is wrong, and the author writes it again, until the critic has nothing to say.</summary>
    /// <param name="context">The handler's context.</param>
    /// <param name="question">What the author is asked.</param>
    /// <param name="author">Writes.</param>
    /// <param name="critic">Judges, and ends it by <see cref="GroupReply.IsDone"/>.</param>
    /// <param name="mostDrafts">How often the author writes at most. The last draft is judged by nobody.</param>
    public static async Task<IReadOnlyList<GroupTurn>> ReflectAsync(this AgentContext context, string question, Participant author, Participant critic, int mostDrafts = 3)
    {
        List<GroupTurn> turns = Begin(context, question, [author, critic]);
        for (int draft = 1; ; draft++)
        {
            await SpeakAsync(context, turns, author).ConfigureAwait(true);
            if (draft >= mostDrafts)
            {
                return turns;
            }

            GroupReply verdict = await critic.ReplyAsync(context, new GroupQuestion([.. turns]) { Judges = true }).ConfigureAwait(true);
            if (verdict.IsDone)
            {
                return turns;
            }

            turns.Add(new GroupTurn(critic.Name, verdict.Text));
        }
    }

    /// <summary>Some argue in turn, and a judge decides.</summary>
    /// <param name="context">The handler's context.</param>
    /// <param name="question">What they argue about.</param>
    /// <param name="debaters">Who argues, in this order.</param>
    /// <param name="judge">Who decides, having heard all of it.</param>
    /// <param name="rounds">How often each of them speaks.</param>
    public static async Task<IReadOnlyList<GroupTurn>> DebateAsync(
        this AgentContext context, string question, IReadOnlyList<Participant> debaters, Participant judge, int rounds = 2)
    {
        ArgumentNullException.ThrowIfNull(debaters);
        ArgumentNullException.ThrowIfNull(judge);
        return await context.AskInSequenceAsync(question, [.. Enumerable.Repeat(debaters, rounds).SelectMany(all => all), judge]).ConfigureAwait(true);
    }

    private static List<GroupTurn> Begin(AgentContext context, string question, IReadOnlyList<Participant> participants)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(participants);
        ArgumentOutOfRangeException.ThrowIfZero(participants.Count, nameof(participants));
        return [new GroupTurn(GroupTurn.Asker, question)];
    }

    private static async Task SpeakAsync(AgentContext context, List<GroupTurn> turns, Participant participant)
    {
        GroupReply reply = await participant.ReplyAsync(context, new GroupQuestion([.. turns])).ConfigureAwait(true);
        turns.Add(new GroupTurn(participant.Name, reply.Text));
    }

    private static Participant Find(IReadOnlyList<Participant> participants, string name) => participants.FirstOrDefault(participant => participant.Name == name)
        ?? throw new ArgumentException($"'{name}' is no participant: there are {string.Join(", ", participants.Select(participant => participant.Name))}.", nameof(participants));
}
