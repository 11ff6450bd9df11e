# For a tap of one's own: the official casks want an app that Apple has notarised.
cask "squelch" do
  version "@VERSION@"
  sha256 "@SHA256:Squelch_@VERSION@_universal.dmg@"

  url "https://github.com/squelchscanner/squelch/releases/download/v#{version}/Squelch_#{version}_universal.dmg"
  name "Squelch"
  desc "Desktop scanner for OpenScanner radio-call servers"
  homepage "https://github.com/squelchscanner/squelch"

  livecheck do
    url :url
    strategy :github_latest
  end

  auto_updates true

  app "Squelch.app"
  binary "#{appdir}/Squelch.app/Contents/MacOS/squelch-listen"

  zap trash: [
    "~/Library/Application Support/io.github.squelchscanner.Squelch",
    "~/Library/Caches/io.github.squelchscanner.Squelch",
    "~/Library/LaunchAgents/Squelch.plist",
    "~/Library/WebKit/io.github.squelchscanner.Squelch",
  ]
end
