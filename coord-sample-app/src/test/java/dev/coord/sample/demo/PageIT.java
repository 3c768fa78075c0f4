package dev.coord.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.sample.testing.Api;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** The page, in a real browser. */
@ExtendWith(Instances.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PageIT {
    private static final String ON = "{\"enabled\":true,\"value\":\"\"}";

    private Chromium chromium;
    private ChromeDriver driver;
    private Page page;

    @BeforeAll
    void startBrowser() throws IOException {
        chromium = Chromium.start();
        driver = chromium.driver();
        page = new Page(driver);
    }

    @AfterAll
    void stopBrowser() throws IOException {
        if (chromium != null) {
            chromium.close();
        }
    }

    private static String newKey() {
        return "k" + UUID.randomUUID().toString().substring(0, 8);
    }

    @Test
    @Order(1)
    void showsWhoLeadsAndWhoTakesPart(Instances instances) throws InterruptedException {
        Instance leader = instances.leader();
        page.open(instances.follower());
        page.within().untilAsserted(() -> {
            assertThat(page.text("leader-name")).contains("pid " + leader.pid()).contains(":" + leader.port());
            assertThat(page.text("leader-term")).isEqualTo(Long.toString(instances.term()));
            assertThat(driver.findElements(By.cssSelector(".participant"))).hasSize(3);
            assertThat(driver.findElements(By.cssSelector(".participant[data-role=LEADER]")))
                    .singleElement()
                    .extracting(WebElement::getText)
                    .asString()
                    .contains("pid " + leader.pid());
            assertThat(driver.findElements(By.cssSelector("#timeline .entry"))).isNotEmpty();
        });
    }

    @Test
    @Order(2)
    void aToggleShowsOnThePageOfAnotherInstance(Instances instances) throws InterruptedException {
        Instance here = instances.follower();
        Instance there = instances.alive().stream()
                .filter(instance -> instance != here)
                .findFirst()
                .orElseThrow();
        String key = newKey();
        Instances.api(here).put("/api/flags/" + key, ON);
        String tabHere = driver.getWindowHandle();
        String tabThere = page.openTab(there);
        page.watchToggles(key);
        driver.switchTo().window(tabHere);
        page.open(here);
        page.awaitSwitch(key);
        for (int i = 1; i <= 4; i++) {
            var unused = page.toggle(key);
            page.awaitChecked(key, i % 2 == 0);
            driver.switchTo().window(tabThere);
            int toggles = i;
            page.within().until(() -> page.togglesSeen().size() == toggles);
            driver.switchTo().window(tabHere);
        }
        driver.switchTo().window(tabThere);
        driver.close();
        driver.switchTo().window(tabHere);
    }

    @Test
    @Order(3)
    void worksWithAKeyboard(Instances instances) throws InterruptedException {
        Api api = Instances.api(instances.follower());
        page.open(instances.follower());
        // The form.
        String key = newKey();
        driver.findElement(By.name("key")).sendKeys(key, Keys.TAB, "<b>value</b>", Keys.ENTER);
        page.awaitSwitch(key);
        assertThat(api.get("/api/flags/" + key).<String>at("$.value")).isEqualTo("<b>value</b>");
        assertThat(page.id("flag-list").getText()).as("text stays text").contains("<b>value</b>");

        // The switch: reached with Tab, flipped with Space and Enter.
        page.id("find").sendKeys(key);
        page.within().until(() -> driver.findElements(By.cssSelector(".flag")).size() == 1);
        page.id("find").sendKeys(Keys.TAB);
        assertThat(driver.switchTo().activeElement().getDomAttribute("id")).isEqualTo("flag-" + key);
        driver.switchTo().activeElement().sendKeys(Keys.SPACE);
        page.awaitChecked(key, true);
        page.within().until(() -> api.get("/api/flags/" + key).<Boolean>at("$.enabled"));
        assertThat(driver.switchTo().activeElement().getDomAttribute("id"))
                .as("the focus stays")
                .isEqualTo("flag-" + key);
        driver.switchTo().activeElement().sendKeys(Keys.ENTER);
        page.awaitChecked(key, false);

        // The dialog: the next stop, with its date filled in.
        driver.switchTo().activeElement().sendKeys(Keys.TAB);
        driver.switchTo().activeElement().sendKeys(Keys.ENTER);
        page.within().until(() -> page.id("schedule").isDisplayed());
        driver.findElement(By.name("at")).sendKeys(Keys.ENTER);
        page.within().until(() -> api.get("/api/flags/" + key).<Map<String, Object>>at("$.scheduledFlip") != null);
        assertThat(api.get("/api/flags/" + key).<Boolean>at("$.scheduledFlip.enabled"))
                .isTrue();
        page.within()
                .until(() ->
                        driver.findElement(By.cssSelector(".flip")).getText().startsWith("turns on at"));
    }

    @Test
    @Order(4)
    void fitsASmallScreen(Instances instances) throws InterruptedException {
        Api api = Instances.api(instances.follower());
        api.put("/api/flags/" + "long-".repeat(20), "{\"enabled\":true,\"value\":\"" + "wide".repeat(500) + "\"}");
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 360, "height", 740, "deviceScaleFactor", 1, "mobile", true));
        try {
            page.open(instances.follower());
            page.awaitSwitch("long-".repeat(20));
            assertThat((Number) driver.executeScript("return document.documentElement.scrollWidth"))
                    .isEqualTo(360L);
        } finally {
            driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        }
    }

    @Test
    @Order(5)
    void theButtonStepsTheLeaderDown(Instances instances) throws InterruptedException {
        long term = instances.term();
        page.open(instances.follower());
        page.within().until(() -> page.text("leader-term").equals(Long.toString(term)));
        page.id("step-down").click();
        var unused = instances.awaitLeader(term);
        page.within().untilAsserted(() -> {
            assertThat(Long.parseLong(page.text("leader-term"))).isGreaterThan(term);
            assertThat(driver.findElement(By.cssSelector("#timeline .entry")).getText())
                    .contains("stepped down")
                    .contains("without a leader");
        });
        noErrors();
    }

    /** The last one: it leaves two. */
    @Test
    @Order(6)
    void showsTheNextLeaderWhenOneIsKilledAndThePageOfTheKilledOneOffersTheOthers(Instances instances)
            throws InterruptedException {
        Instance leader = instances.leader();
        long term = instances.term();
        String witness = driver.getWindowHandle();
        page.open(instances.follower());
        String orphan = page.openTab(leader);
        driver.switchTo().window(witness);
        leader.kill();
        var successor = instances.awaitLeader(term);
        page.within().untilAsserted(() -> {
            assertThat(page.text("leader-name")).contains("pid " + successor.pid());
            assertThat(page.text("leader-term")).isEqualTo(Long.toString(successor.term()));
            assertThat(page.text("leader-why")).contains("The previous leader died");
            assertThat(driver.findElement(By.cssSelector("#timeline .entry")).getText())
                    .contains("process died");
            assertThat(driver.findElements(By.cssSelector(".participant"))).hasSize(2);
        });
        noErrors();

        driver.switchTo().window(orphan);
        page.within()
                .until(() ->
                        driver.findElements(By.cssSelector("#lost-others a")).size() == 2);
        assertThat(page.id("lost").isDisplayed()).isTrue();
        driver.findElement(By.cssSelector("#lost-others a")).click();
        page.within().until(() -> page.text("connection-text").startsWith("live"));
        page.within().until(() -> page.text("leader-term").equals(Long.toString(successor.term())));
        assertThat(driver.getCurrentUrl()).doesNotContain(":" + leader.port());
    }

    /** The policy that the page is under would say so here if it asked for more than it may. */
    private void noErrors() {
        assertThat(driver.manage().logs().get(LogType.BROWSER).getAll())
                .extracting(LogEntry::getMessage)
                // Requests to who was killed.
                .filteredOn(message -> !message.contains("net::ERR_"))
                .isEmpty();
    }
}
