using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ganglion.AspNetCore.Oversight;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;

namespace Ganglion.Cli.Commands;

internal sealed partial class RoutesCommand
{
    private static Option<string?> BeforeOption() => new("--before") { Description = "Before this stage; default: behind the last", HelpName = "STAGE" };

    private static Option<string?> AfterOption() => new("--after") { Description = "Behind this stage", HelpName = "STAGE" };

    private static Option<string> ToOption() => new("--to") { Description = "The topic", HelpName = "TOPIC", Required = true };

    private static void AddPlace(Command command, Option<string?> before, Option<string?> after)
    {
        command.Add(before);
        command.Add(after);
        command.Validators.Add(result =>
        {
            if (result.GetValue(before) is not null && result.GetValue(after) is not null)
            {
                result.AddError("--before and --after exclude one another.");
            }
        });
    }

    private Command CreateCreateCommand()
    {
        var entry = new Option<string?>("--entry") { Description = "The topic that is published to [default: that of the channel's name]", HelpName = "TOPIC" };
        var exit = new Option<string>("--exit") { Description = "The topic that is read", HelpName = "TOPIC", Required = true };
        var changes = new RouteChanges(_terminal);
        var create = new Command("create", "Give a channel a route without stages, with an entry and an exit of your choice") { entry, exit };
        changes.AddTo(create);
        create.SetAction(_connection.Use((api, command, cancellationToken) =>
        {
            string channel = command.GetRequiredValue(changes.Channel);
            var wanted = new RouteRequest(command.GetValue(entry) ?? channel, command.GetRequiredValue(exit), [], changes.VersionOf(command) ?? 0)
            {
                By = changes.ByOf(command),
                Reason = changes.ReasonOf(command),
            };
            return changes.MakeAsync(
                api, command, PathOf(channel), path => api.SendAsync(HttpMethod.Put, path, wanted, ApiJson.Wire.RouteRequest, cancellationToken), cancellationToken);
        }));
        return create;
    }

    private Command CreateInsertCommand()
    {
        var name = new Argument<string>("stage") { Description = "What the new stage is called" };
        var stage = new StageArguments();
        var insert = new Command("insert", "Put a stage into a route, while everything runs") { name };
        stage.AddTo(insert);
        return InsertBy(insert, command => stage.Read(command, command.GetRequiredValue(name)));
    }

    private Command CreateDivertCommand()
    {
        Option<string> to = ToOption();
        return InsertBy(
            new Command("divert", "Send all events of a channel elsewhere: insert a stage of the kind divert") { to },
            "divert",
            command => new JsonObject { ["to"] = command.GetRequiredValue(to) });
    }

    private Command CreateMirrorCommand()
    {
        Option<string> to = ToOption();
        var share = new Option<double?>("--share") { Description = "How many of them, from 0 to 1 [default: 1]", HelpName = "SHARE" };
        return InsertBy(
            new Command("mirror", "Copy events of a channel to another topic: insert a stage of the kind mirror") { to, share },
            "mirror",
            command => command.GetValue(share) is { } some
                ? new JsonObject { ["to"] = command.GetRequiredValue(to), ["share"] = some }
                : new JsonObject { ["to"] = command.GetRequiredValue(to) });
    }

    private Command CreateGuardCommand()
    {
        var guard = new Option<string>("--guard") { Description = "The guard, as the hosts know it", HelpName = "NAME", Required = true };
        var version = new Option<string?>("--guard-version") { Description = "Which version of it [default: the one that was added last]", HelpName = "VERSION" };
        var shadow = new Option<string?>("--shadow") { Description = "Another version of it that judges beside it and changes nothing", HelpName = "VERSION" };
        var fallback = new Option<string?>("--fallback") { Description = "What is said in the place of a blocked event", HelpName = "TEXT" };
        var fallbackTo = new Option<string?>("--fallback-to") { Description = "Where that is said [default: at the exit, in the event's place]", HelpName = "TOPIC" };
        return InsertBy(
            new Command("guard", "Let a guard judge the events of a channel: insert a stage of the kind guard") { guard, version, shadow, fallback, fallbackTo },
            command => command.GetRequiredValue(guard),
            "guard",
            command =>
            {
                var settings = new JsonObject { ["guard"] = command.GetRequiredValue(guard) };
                Set(settings, "version", command.GetValue(version));
                Set(settings, "fallback", command.GetValue(fallback));
                Set(settings, "fallbackTo", command.GetValue(fallbackTo));
                if (command.GetValue(shadow) is { } other)
                {
                    settings["shadow"] = new JsonObject { ["guard"] = command.GetRequiredValue(guard), ["version"] = other };
                }

                return settings;
            });
    }

    private Command CreateStopCommand()
    {
        var queue = new Option<string?>("--queue") { Description = "Who decides [default: the queue of the channel's name]", HelpName = "QUEUE" };
        return InsertBy(
            new Command("stop", "Hard stop: from now on every event of a channel waits for a person. Lift it by 'ganglion routes remove CHANNEL stop'") { queue },
            _ => "stop",
            "approval",
            command =>
            {
                var settings = new JsonObject();
                Set(settings, "queue", command.GetValue(queue));
                Set(settings, "reason", "hard stop");
                return settings;
            });
    }

    private static void Set(JsonObject settings, string name, string? value)
    {
        if (value is not null)
        {
            settings[name] = value;
        }
    }

    private Command CreateSplitCommand()
    {
        var weights = new Option<string>("--weights")
        {
            Description = "The topics, each with its weight; the exit may be among them. Events of one key go the same way",
            HelpName = "TOPIC=N,…",
            Required = true,
        };
        return InsertBy(
            new Command("split", "Share the events of a channel out to several topics: insert a stage of the kind split") { weights },
            "split",
            command => new JsonObject { ["weights"] = ReadWeights(command.GetRequiredValue(weights)) });
    }

    private static JsonObject ReadWeights(string text)
    {
        var weights = new JsonObject();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=') is not [{ Length: > 0 } topic, var weight]
                || !double.TryParse(weight, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            {
                throw new CliException($"--weights must be TOPIC=N,TOPIC=N,…, and '{part}' is none of it.");
            }

            weights[topic] = value;
        }

        return weights;
    }

    private Command InsertBy(Command shorthand, string kind, Func<ParseResult, JsonObject> settings) => InsertBy(shorthand, _ => kind, kind, settings);

    private Command InsertBy(Command shorthand, Func<ParseResult, string> called, string kind, Func<ParseResult, JsonObject> settings)
    {
        var name = new Option<string?>("--name") { Description = "What the stage is called [default: as what it does]", HelpName = "STAGE" };
        shorthand.Add(name);
        return InsertBy(
            shorthand, command => new StageView(command.GetValue(name) ?? called(command), kind) { Settings = JsonElement.Parse(settings(command).ToJsonString()) });
    }

    private Command InsertBy(Command insert, Func<ParseResult, StageView> stage)
    {
        Option<string?> before = BeforeOption();
        Option<string?> after = AfterOption();
        var changes = new RouteChanges(_terminal);
        changes.AddTo(insert);
        AddPlace(insert, before, after);
        insert.SetAction(_connection.Use((api, command, cancellationToken) =>
        {
            StageRequest wanted = changes.RequestOf(command, stage(command)) with { Before = command.GetValue(before), After = command.GetValue(after) };
            return changes.MakeAsync(
                api, command, PathOf(command.GetRequiredValue(changes.Channel)) + "/stages",
                path => api.SendAsync(HttpMethod.Post, path, wanted, ApiJson.Wire.StageRequest, cancellationToken), cancellationToken);
        }));
        return insert;
    }

    private Command CreateReplaceCommand()
    {
        var name = new Argument<string>("stage") { Description = "The stage that goes" };
        var rename = new Option<string?>("--name") { Description = "What the one that comes is called [default: as the one that goes]", HelpName = "STAGE" };
        var stage = new StageArguments();
        var changes = new RouteChanges(_terminal);
        var replace = new Command("replace", "Put a stage into the place of another, or set it otherwise") { name, rename };
        stage.AddTo(replace);
        changes.AddTo(replace);
        replace.SetAction(_connection.Use((api, command, cancellationToken) =>
        {
            string goes = command.GetRequiredValue(name);
            StageRequest wanted = changes.RequestOf(command, stage.Read(command, command.GetValue(rename) ?? goes));
            return changes.MakeAsync(
                api, command, StagePathOf(command.GetRequiredValue(changes.Channel), goes),
                path => api.SendAsync(HttpMethod.Put, path, wanted, ApiJson.Wire.StageRequest, cancellationToken), cancellationToken);
        }));
        return replace;
    }

    private Command CreateRemoveCommand()
    {
        var name = new Argument<string>("stage") { Description = "The stage" };
        var changes = new RouteChanges(_terminal);
        var remove = new Command("remove", "Take a stage out of a route, while everything runs") { name };
        changes.AddTo(remove);
        remove.SetAction(_connection.Use((api, command, cancellationToken) =>
        {
            var path = new StringBuilder(StagePathOf(command.GetRequiredValue(changes.Channel), command.GetRequiredValue(name)));
            path.Append(CultureInfo.InvariantCulture, $"?by={ApiClient.Segment(changes.ByOf(command))}");
            if (changes.ReasonOf(command) is { } reason)
            {
                path.Append(CultureInfo.InvariantCulture, $"&reason={ApiClient.Segment(reason)}");
            }

            if (changes.VersionOf(command) is { } version)
            {
                path.Append(CultureInfo.InvariantCulture, $"&version={version}");
            }

            return changes.MakeAsync(api, command, path.ToString(), resource => api.SendAsync(HttpMethod.Delete, resource, content: null, cancellationToken), cancellationToken);
        }));
        return remove;
    }

    private static string StagePathOf(string channel, string stage) => $"{PathOf(channel)}/stages/{ApiClient.Segment(stage)}";
}
