using Ganglion;
using Ganglion.Hosting;
using Ganglion.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ResearchTeam.Messages;
using ResearchTeam.Terminal;

namespace ResearchTeam;

/// <summary>One run of the program: runs the agents of its role, asks, and shows what comes of it.</summary>
internal sealed class TeamRun(RunOptions options, IHost host)
{
    private readonly ITimeline _timeline = options.Json ? new JsonTimeline() : new TextTimeline();
    private readonly TeamLog _log = host.Services.GetRequiredService<TeamLog>();
    private readonly IEventPublisher _publisher = host.Services.GetRequiredService<IEventPublisher>();
    private readonly CancellationToken _stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    public static async Task<int> RunAsync(RunOptions options)
    {
        try
        {
            using IHost host = TeamHost.Create(options);
            return await new TeamRun(options, host).RunAsync();
        }
        catch (Exception exception) when (exception is GanglionException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"research-team: {exception.Message}");
            return 1;
        }
    }

    private async Task<int> RunAsync()
    {
        bool isAnswered = true;
        try
        {
            await host.StartAsync(_stopping);
            await _log.CreateTopicsAsync(_stopping);
            if (options.Role != Role.Client && host.Services.GetRequiredService<IChatClient>().GetService<ScriptedChatClient>() is not null)
            {
                _timeline.Show("No language model works here, but a script. Set OLLAMA_MODEL, or OPENAI_API_KEY and OPENAI_MODEL, for one.");
            }

            if (options.Role == Role.All)
            {
                await GoOnAsync();
            }

            if (options is { Asks: true, Prompt: { } prompt })
            {
                isAnswered = await AskAsync(prompt);
            }
            else if (options.Asks)
            {
                await ChatAsync();
            }
            else
            {
                _timeline.Show($"{options.Role.ToString().ToLowerInvariant()} is ready. Ctrl-C ends it.");
                await Task.Delay(Timeout.Infinite, _stopping);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }

        await host.StopAsync(CancellationToken.None);
        return isAnswered ? 0 : 1;
    }

    private async Task ChatAsync()
    {
        _timeline.Show("Ask something; an empty line ends it.");
        while (await ReadLineAsync("> ") is { Length: > 0 } prompt)
        {
            await AskAsync(prompt);
        }
    }

    // The last process may have died in the middle.
    private async Task GoOnAsync()
    {
        foreach (UserPrompt open in await _log.FindUnansweredAsync(_stopping))
        {
            _timeline.Show($"Going on with: {open.Prompt}");
            await using RequestFollower follower = await _log.FollowAsync(open.RequestId, isNew: false, _stopping);
            await ShowAsync(follower);
        }
    }

    private async Task<bool> AskAsync(string prompt)
    {
        string request = Guid.CreateVersion7().ToString("n");
        await using RequestFollower follower = await _log.FollowAsync(request, isNew: true, _stopping);
        await _publisher.PublishAsync(Channels.Prompts, _log.CreatePrompt(new UserPrompt(request, prompt, options.ApprovePlan)), request, _stopping);
        return await ShowAsync(follower);
    }

    // Until it is answered.
    private async Task<bool> ShowAsync(RequestFollower follower)
    {
        await foreach (TeamEvent one in follower.ReadAsync(_stopping))
        {
            _timeline.Show(one);
            if (one.Topic == Channels.PlansToApprove)
            {
                await DecideAsync(one.RequestId);
            }
            else if (one.Data is FinalOutput output)
            {
                return output.Status != OutputStatus.Failed;
            }
        }

        return false;
    }

    private async Task DecideAsync(string request)
    {
        string? said = await ReadLineAsync("Enter carries the plan out; anything else is what the next plan is to heed: ");
        await _publisher.PublishAsync(Channels.PlansDecided, new PlanReview(request, said is null or "", said is "" ? null : said), request, _stopping);
    }

    // A read of the terminal cannot be called back, so it may outlive the program's last word.
    private Task<string?> ReadLineAsync(string question)
    {
        _timeline.Ask(question);
        return Task.Run(Console.ReadLine).WaitAsync(_stopping);
    }
}
