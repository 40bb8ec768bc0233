using System.Globalization;
using Ganglion.Tests.Runtime;

namespace Ganglion.Tests.State;

public sealed class RandomStateTests
{
    private static readonly string[] Keys = ["a", "b", ""];

    /// <summary>Whatever is done with states, in whatever batches, through compactions, restarts and kills: they are what a list would be.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task State_is_what_was_done_with_it(int seed)
    {
        var random = new Random(seed);
        var model = new Dictionary<string, List<string>?>();
        await using AgentTestHost host = await AgentTestHost.StartAsync(Chat.With(options => options.StateHistory = TimeSpan.Zero));
        for (int round = 0; round < 60; round++)
        {
            string key = Keys[random.Next(Keys.Length)];
            string[] scripts = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Script(random, model, key))];

            (await host.SayAsync(key, scripts)).ShouldBe(model[key] is { } turns ? string.Join(' ', turns) : "nothing", $"seed {seed}, round {round}");

            if (random.Next(8) == 0)
            {
                await host.CompactAsync();
            }

            if (random.Next(12) == 0)
            {
                await (random.Next(2) == 0 ? host.KillAsync() : host.StopAsync());
                await host.RunAsync(Chat.With());
            }
        }
    }

    private static string Script(Random random, Dictionary<string, List<string>?> model, string key)
    {
        List<string>? turns = model.GetValueOrDefault(key);
        var words = new List<string>();
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            string word = random.Next(20) switch
            {
                0 => "clear",
                1 => "set",
                2 or 3 when turns is { Count: > 0 } => "forget",
                _ => random.Next(1_000_000).ToString(CultureInfo.InvariantCulture) + new string('x', random.Next(10) == 0 ? 3000 : 10),
            };
            words.Add(word);
            switch (word)
            {
                case "clear":
                    turns = null;
                    break;
                case "set":
                    turns = ["set"];
                    break;
                case "forget":
                    turns!.RemoveAt(0);
                    break;
                default:
                    (turns ??= []).Add(word);
                    break;
            }
        }

        model[key] = turns;
        return string.Join(' ', words);
    }
}
